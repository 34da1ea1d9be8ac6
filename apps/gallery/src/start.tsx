import { startTransition, useEffect, useState } from 'react';
import { App } from './app.tsx';
import { loadConfig, type PageConfig } from './config.ts';
import { LocalLogin } from './session/local-login.ts';
import type { Login } from './session/login.ts';
import { OidcLogin } from './session/oidc-login.ts';
import { Session } from './session/session.ts';
import { currentLocale } from './texts/locale.ts';
import { useTexts } from './texts/texts.ts';
import { loadFormats } from './ui/load-formats.ts';
import { Notice } from './ui/notice.tsx';
import { Shell } from './ui/shell.tsx';

interface Started {
  readonly config: PageConfig;
  readonly login: Login | undefined;
  readonly session: Session;
  /** Signing in was tried, and did not work. */
  readonly signInFailed: boolean;
}

type State = { readonly kind: 'loading' | 'failed' } | ({ readonly kind: 'ready' } & Started);

const nobody: Login = {
  restore: () => Promise.resolve(undefined),
  renew: () => Promise.resolve(undefined),
  signOut: () => Promise.resolve(),
};

function loginOf({ apiBase, signIn }: PageConfig): Login | undefined {
  if (signIn === null) return undefined;
  return signIn === 'local' ? new LocalLogin(apiBase) : new OidcLogin(signIn.oidc);
}

async function start(): Promise<Started> {
  const asked = loadConfig();
  loadFormats(currentLocale()); // while the network is waited for
  const config = await asked;
  const login = loginOf(config);
  const restored = await (login ?? nobody).restore().then(
    (identity) => ({ identity, failed: false }),
    () => ({ identity: undefined, failed: true }),
  );
  const session = new Session(login ?? nobody, restored.identity);
  return { config, login, session, signInFailed: restored.failed };
}

/** One start for the page's life: a code from a provider can be redeemed once only. */
let starting: Promise<Started> | undefined;

/** Asks for the configuration first; everything else depends on it. */
export function Start() {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const t = useTexts();

  useEffect(() => {
    let left = false;
    starting ??= start();
    starting.then(
      (started) => {
        // In small steps, so that the page answers meanwhile.
        if (!left) startTransition(() => setState({ kind: 'ready', ...started }));
      },
      () => {
        starting = undefined;
        if (!left) setState({ kind: 'failed' });
      },
    );
    return () => {
      left = true;
    };
  }, [attempt]);

  if (state.kind === 'loading') return <Shell />;
  if (state.kind === 'ready') return <App {...state} />;
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
