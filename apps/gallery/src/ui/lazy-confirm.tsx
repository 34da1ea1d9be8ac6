import type { ConfirmProps } from './dialog.tsx';
import { part, usePart } from './part.ts';

export const dialogs = part(() => import('./dialog.tsx'));

/** `Confirm` for what is there at the start of the page: its code is loaded when it is first asked for. */
export function LazyConfirm(props: ConfirmProps) {
  const loaded = usePart(dialogs, props.open);
  return loaded === undefined ? null : <loaded.Confirm {...props} />;
}
