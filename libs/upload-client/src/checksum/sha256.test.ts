import { createHash } from 'node:crypto';
import { sha256 } from './sha256.ts';

const { signal } = new AbortController();

describe('sha256', () => {
  it.each([0, 1, 63, 1024 * 1024, 3 * 1024 * 1024 + 7])(
    'of %i bytes is that of node:crypto',
    async (size) => {
      const bytes = new Uint8Array(size).map((_, n) => (n * 31) % 251);
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(await sha256(new Blob([bytes]), signal)).toBe(expected);
    },
  );

  it('ends with the reason of the signal', async () => {
    await expect(sha256(new Blob(['a']), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
