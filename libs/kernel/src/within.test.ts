import { within } from './within.ts';

describe('within', () => {
  it('answers what the work comes to, or throws as it does', async () => {
    expect(await within(60_000, Promise.resolve('done'))).toBe('done');
    await expect(within(60_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('throws when the work takes too long', async () => {
    const never = new Promise(() => undefined);
    await expect(within(1, never)).rejects.toThrow('no answer within 1 ms');
    await expect(within(1, never, 'the queue took too long')).rejects.toThrow('the queue took too long');
  });
});
