import { createContext, useContext, useState, type ReactNode } from 'react';
import { part, usePart } from './part.ts';

export interface Message {
  readonly text: string;
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

export const toastView = part(() => import('./toast-view.tsx'));

const ShowContext = createContext<(message: Message) => void>(() => undefined);
const LatestContext = createContext<Message | undefined>(undefined);

/** Shows a short message at the foot of the page, one at a time. */
export function useToast(): (message: Message) => void {
  return useContext(ShowContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [latest, setLatest] = useState<Message>();
  return (
    <ShowContext value={setLatest}>
      <LatestContext value={latest}>{children}</LatestContext>
    </ShowContext>
  );
}

/**
 * Where the message stands. In the document it comes before the content, whose heading has focus after a navigation:
 * one step back from there is "Undo". F6 leads to it from anywhere.
 */
export function Toasts() {
  const latest = useContext(LatestContext);
  const view = usePart(toastView, latest !== undefined);
  return view === undefined ? null : <view.ToastView latest={latest} />;
}
