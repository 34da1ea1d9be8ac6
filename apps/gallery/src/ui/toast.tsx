import { Toast } from '@base-ui/react/toast';
import { useCallback, type ReactNode } from 'react';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from './icons.tsx';
import './toast.css';

interface Message {
  readonly text: string;
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

/** Long enough for nobody to have to race for "Undo"; it also stays while a person points at it or has focus in it. */
const shownMs = 20_000;

/** Shows a short message at the foot of the page, one at a time. */
export function useToast(): (message: Message) => void {
  const { add, close } = Toast.useToastManager();
  return useCallback(
    ({ text, action }) => {
      const id = add({
        title: text,
        ...(action !== undefined && {
          actionProps: {
            children: action.label,
            onClick: () => {
              document.getElementById('content')?.focus(); // the button is about to go
              action.onPress();
              close(id);
            },
          },
        }),
      });
    },
    [add, close],
  );
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider limit={1} timeout={shownMs}>
      {children}
    </Toast.Provider>
  );
}

/**
 * Where the message stands. In the document it comes before the content, whose heading has focus after a navigation:
 * one step back from there is "Undo". F6 leads to it from anywhere.
 */
export function Toasts() {
  const t = useTexts();
  const { toasts } = Toast.useToastManager();
  return (
    <Toast.Viewport className="toasts" aria-label={t.notifications}>
      {toasts.map((toast) => (
        <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection={['down', 'right']}>
          <Toast.Content className="toast__content">
            <Toast.Title className="toast__text" render={<p />} />
            <Toast.Action className="toast__action" />
            {/* Never hidden from screen readers: there is one message, and it stands open. */}
            <Toast.Close className="toast__close" aria-label={t.close} aria-hidden={false}>
              <CloseIcon />
            </Toast.Close>
          </Toast.Content>
        </Toast.Root>
      ))}
    </Toast.Viewport>
  );
}
