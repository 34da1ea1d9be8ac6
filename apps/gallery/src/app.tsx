import { useState, useSyncExternalStore } from 'react';
import { BrokenBoundary } from './broken-boundary.tsx';
import type { PageConfig } from './config.ts';
import type { Login } from './session/login.ts';
import { SessionContext } from './session/session-context.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import type { Session } from './session/session.ts';
import { SignedIn } from './signed-in.tsx';

interface AppProps {
  readonly config: PageConfig;
  readonly login: Login | undefined;
  readonly session: Session;
  readonly signInFailed: boolean;
}

export function App({ config, login, session, signInFailed }: AppProps) {
  const identity = useSyncExternalStore(session.subscribe, session.identity);
  const ended = useSyncExternalStore(session.subscribe, session.endedByItself);
  const [stopped, setStopped] = useState(0);
  return (
    <SessionContext value={session}>
      {identity === undefined ? (
        <SignInPage login={login} failed={signInFailed} ended={ended} stoppedUploads={ended ? stopped : 0} />
      ) : (
        <BrokenBoundary>
          <SignedIn key={identity.id} config={config} session={session} onStopped={setStopped} />
        </BrokenBoundary>
      )}
    </SessionContext>
  );
}
