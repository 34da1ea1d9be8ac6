import { useState } from 'react';
import { tokenSource, type Token, type TokenSource } from '@darkroom/upload-client';
import { useLatest } from './use-latest.ts';

/**
 * One source for the life of a component, whatever is passed at each render: a function written in the JSX is
 * another one each time, and must not be asked for a token again for that.
 */
export function useStableToken(token: Token | undefined): TokenSource {
  const latest = useLatest(token);
  const [source] = useState<TokenSource>(() => {
    const asked = tokenSource(() => (typeof latest.current === 'function' ? latest.current() : ''));
    const now = () => (typeof latest.current === 'function' ? asked : tokenSource(latest.current));
    return { current: () => now().current(), renew: (refused) => now().renew(refused) };
  });
  return source;
}
