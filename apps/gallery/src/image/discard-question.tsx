import { useBeforeUnload, useBlocker } from 'react-router';
import { useTexts } from '../texts/texts.ts';
import { LazyConfirm } from '../ui/lazy-confirm.tsx';

interface DiscardQuestionProps {
  /** Leaving the form was asked for. */
  readonly asked: boolean;
  readonly isDirty: () => boolean;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Asks before what was written is lost: by leaving the form, the section, or the whole page. */
export function DiscardQuestion({ asked, isDirty, onKeep, onDiscard }: DiscardQuestionProps) {
  const t = useTexts();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isDirty(),
  );
  useBeforeUnload((event) => {
    if (isDirty()) event.preventDefault();
  });
  const { discardTitle, discardText, discard } = t.image.form;
  return (
    <LazyConfirm
      open={asked || blocker.state === 'blocked'}
      onClose={() => {
        onKeep();
        blocker.reset?.();
      }}
      title={discardTitle}
      text={discardText}
      confirm={discard}
      onConfirm={() => {
        if (blocker.state === 'blocked') blocker.proceed();
        else onDiscard();
      }}
    />
  );
}
