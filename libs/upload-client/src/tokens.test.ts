import { NetworkError } from './api-error.ts';
import { tokenSource } from './tokens.ts';

describe('tokenSource', () => {
  it('has nothing better than the one token it was given', async () => {
    const source = tokenSource('only');
    expect(source.current()).toBe('only');
    expect(await source.renew('only')).toBeUndefined();
  });

  it('asks a function once, and again when its token was refused, however many say so', async () => {
    let calls = 0;
    const source = tokenSource(() => Promise.resolve(`token-${(calls += 1)}`));
    expect(await Promise.all([source.current(), source.current()])).toEqual(['token-1', 'token-1']);
    expect(await source.current()).toBe('token-1');
    expect(await Promise.all([source.renew('token-1'), source.renew('token-1')])).toEqual([
      'token-2',
      'token-2',
    ]);
    expect(await source.renew('token-1')).toBe('token-2');
    expect(calls).toBe(2);
  });

  it('gives up when the function has the same token again', async () => {
    const source = tokenSource(() => 'stale');
    expect(await source.current()).toBe('stale');
    expect(await source.renew('stale')).toBeUndefined();
  });

  it('takes a function that fails for a lost connection', async () => {
    const source = tokenSource(() => Promise.reject(new Error('away')));
    await expect(source.current()).rejects.toThrow(NetworkError);
  });
});
