import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from './icons.tsx';
import './toast.css';

interface Toast {
  readonly text: string;
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

const shownMs = 12_000;
const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a short message at the foot of the page, one at a time. */
export const useToast = () => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTexts();
  const [toast, setToast] = useState<Toast>();
  const [held, setHeld] = useState(false);
  const close = useCallback(() => {
    setToast(undefined);
    setHeld(false);
  }, []);

  // It stays while a person points at it or has focus in it: nobody should have to race for "Undo".
  useEffect(() => {
    if (toast === undefined || held) return undefined;
    const timer = setTimeout(close, shownMs);
    return () => clearTimeout(timer);
  }, [toast, held, close]);

  const hold = useMemo(
    () => ({
      onMouseEnter: () => setHeld(true),
      onMouseLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    }),
    [],
  );
  return (
    <ToastContext value={setToast}>
      {children}
      <div className="toasts" role="status" {...hold}>
        {toast !== undefined && (
          <div className="toast">
            <span>{toast.text}</span>
            {toast.action !== undefined && (
              <button
                className="toast__action"
                type="button"
                onClick={() => {
                  toast.action?.onPress();
                  close();
                }}
              >
                {toast.action.label}
              </button>
            )}
            <button className="toast__close" type="button" aria-label={t.close} onClick={close}>
              <CloseIcon />
            </button>
          </div>
        )}
      </div>
    </ToastContext>
  );
}
