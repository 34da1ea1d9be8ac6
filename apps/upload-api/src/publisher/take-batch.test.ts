import { takeBatch } from './take-batch.ts';

const records = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, n) => ({ n, value: new Uint8Array(bytes) }));

describe('takeBatch', () => {
  it('takes 500 small records at most, from the front', () => {
    const batch = takeBatch(records(700, 10));
    expect(batch).toHaveLength(500);
    expect(batch[0]?.n).toBe(0);
  });

  it('stays below half a megabyte', () => {
    const bytes = takeBatch(records(100, 20_000)).reduce((sum, { value }) => sum + value.byteLength, 0);
    expect(bytes).toBeGreaterThan(400_000);
    expect(bytes).toBeLessThan(524_288);
  });

  it('takes one that is too large by itself, so that the broker tells', () => {
    expect(takeBatch(records(2, 3_000_000))).toHaveLength(1);
  });

  it('takes nothing of nothing', () => {
    expect(takeBatch([])).toEqual([]);
  });
});
