import { Toast } from '@base-ui/react/toast';
import { useEffect } from 'react';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from './icons.tsx';
import type { Message } from './toast.tsx';
import './toast.css';

/** Long enough for nobody to have to race for "Undo"; it also stays while a person points at it or has focus in it. */
const shownMs = 20_000;

export function ToastView({ latest }: { latest: Message | undefined }) {
  return (
    <Toast.Provider limit={1} timeout={shownMs}>
      <View latest={latest} />
    </Toast.Provider>
  );
}

function View({ latest }: { latest: Message | undefined }) {
  const t = useTexts();
  const { toasts, add, close } = Toast.useToastManager();
  useEffect(() => {
    if (latest === undefined) return;
    const { text, action } = latest;
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
  }, [latest, add, close]);
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
