import { useTexts } from '../texts/texts.ts';

export function Wordmark() {
  const t = useTexts();
  return (
    <span className="wordmark">
      <svg className="wordmark__mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <rect x="2.5" y="4.5" width="19" height="15" rx="2" />
        <circle cx="12" cy="12" r="3.2" />
      </svg>
      {t.product}
    </span>
  );
}
