import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Identity } from './login.ts';
import type { Session } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): { readonly session: Session; readonly identity: Identity | undefined } {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession is for what is inside of SessionContext');
  return { session, identity: useSyncExternalStore(session.subscribe, session.identity) };
}
