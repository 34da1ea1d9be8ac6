import { useEffect, useState } from 'react';
import { App } from './app.tsx';
import { loadConfig, type PageConfig } from './config.ts';
import { createLocalLogin } from './session/login.ts';
import { Session } from './session/session.ts';
import { useTexts } from './texts/texts.ts';
import { Notice } from './ui/notice.tsx';

type State =
  | { readonly kind: 'loading' | 'failed' }
  | { readonly kind: 'ready'; readonly config: PageConfig; readonly session: Session };

/** Asks for the configuration first; everything else depends on it. */
export function Start() {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const t = useTexts();

  useEffect(() => {
    let left = false;
    loadConfig().then(
      (config) => {
        const session = new Session(createLocalLogin(config.apiBase));
        if (!left) setState({ kind: 'ready', config, session });
      },
      () => {
        if (!left) setState({ kind: 'failed' });
      },
    );
    return () => {
      left = true;
    };
  }, [attempt]);

  if (state.kind === 'ready') return <App config={state.config} session={state.session} />;
  if (state.kind === 'loading') return null; // a few milliseconds: a spinner would only flash
  return (
    <main className="page page--narrow">
      <Notice
        tone="error"
        heading="h1"
        title={t.start.failedTitle}
        text={t.start.failedText}
        action={{ label: t.retry, onPress: () => setAttempt(attempt + 1) }}
      />
    </main>
  );
}
