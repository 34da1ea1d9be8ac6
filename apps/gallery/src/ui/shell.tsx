import { Wordmark } from './wordmark.tsx';

/** The page until there is more to show: what index.html shows from the first moment on. */
export function Shell() {
  return (
    <header className="header">
      <span className="header__home">
        <Wordmark />
      </span>
    </header>
  );
}
