import './notice.css';

interface NoticeProps {
  readonly tone: 'quiet' | 'error';
  readonly title: string;
  readonly text: string;
  readonly heading?: 'h1' | 'h2';
  readonly action?: { readonly label: string; readonly onPress: () => void } | undefined;
}

/** Says in place of content why there is none, and what can be done. */
export function Notice({ tone, title, text, heading: Heading = 'h2', action }: NoticeProps) {
  return (
    <div className={`notice notice--${tone}`} role={tone === 'error' ? 'alert' : undefined}>
      <Heading className="notice__title">{title}</Heading>
      <p>{text}</p>
      {action !== undefined && (
        <button className="button" type="button" onClick={action.onPress}>
          {action.label}
        </button>
      )}
    </div>
  );
}
