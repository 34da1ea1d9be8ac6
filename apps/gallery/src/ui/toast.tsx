import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from './icons.tsx';
import './toast.css';

interface Toast {
  readonly text: string;
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

interface ToastState {
  readonly toast: Toast | undefined;
  readonly show: (toast: Toast | undefined) => void;
}

const shownMs = 20_000;
const ToastContext = createContext<ToastState>({ toast: undefined, show: () => undefined });

/** Shows a short message at the foot of the page, one at a time. */
export const useToast = () => useContext(ToastContext).show;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, show] = useState<Toast>();
  const state = useMemo(() => ({ toast, show }), [toast]);
  return <ToastContext value={state}>{children}</ToastContext>;
}

/**
 * Where the message stands. In the document it comes before the content, whose heading has focus after a navigation:
 * one step back from there is "Undo".
 */
export function Toasts() {
  const t = useTexts();
  const { toast, show } = useContext(ToastContext);
  const [held, setHeld] = useState(false);
  const close = useCallback(() => {
    show(undefined);
    setHeld(false);
  }, [show]);

  // It stays while a person points at it or has focus in it: nobody should have to race for "Undo".
  useEffect(() => {
    if (toast === undefined || held) return undefined;
    const timer = setTimeout(close, shownMs);
    return () => clearTimeout(timer);
  }, [toast, held, close]);

  const act = () => {
    const content = document.getElementById('content');
    content?.focus(); // the button is about to go
    toast?.action?.onPress();
    close();
  };
  const hold = {
    onMouseEnter: () => setHeld(true),
    onMouseLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  };
  return (
    <div className="toasts" role="status" {...hold}>
      {toast !== undefined && (
        <div className="toast">
          <span>{toast.text}</span>
          {toast.action !== undefined && (
            <button className="toast__action" type="button" onClick={act}>
              {toast.action.label}
            </button>
          )}
          <button className="toast__close" type="button" aria-label={t.close} onClick={close}>
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}
