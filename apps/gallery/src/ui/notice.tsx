import { useTexts } from '../texts/texts.ts';
import { useKeepsFocus } from './use-keeps-focus.ts';
import './notice.css';

interface NoticeProps {
  readonly tone: 'quiet' | 'error';
  readonly title: string;
  readonly text: string;
  readonly heading?: 'h1' | 'h2';
  readonly action?: NoticeAction | undefined;
}

interface NoticeAction {
  readonly label: string;
  readonly onPress: () => void;
  /** What it began is not over yet. */
  readonly busy?: boolean;
}

/** Says in place of content why there is none, and what can be done. */
export function Notice({ tone, title, text, heading: Heading = 'h2', action }: NoticeProps) {
  const t = useTexts();
  const keepsFocus = useKeepsFocus();
  return (
    <div className={`notice notice--${tone}`} role={tone === 'error' ? 'alert' : undefined}>
      <Heading className="notice__title">{title}</Heading>
      <p>{text}</p>
      {action !== undefined && (
        <button
          ref={keepsFocus}
          className="button"
          type="button"
          aria-disabled={action.busy}
          onClick={action.busy === true ? undefined : action.onPress}
        >
          {action.busy === true ? t.loading : action.label}
        </button>
      )}
    </div>
  );
}
