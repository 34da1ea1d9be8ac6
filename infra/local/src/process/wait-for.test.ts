import { waitFor } from './wait-for.ts';

describe('waitFor', () => {
  it('returns the first truthy answer', async () => {
    let calls = 0;
    const answer = await waitFor(() => (++calls === 3 ? 'third' : undefined), {
      what: 'three calls',
      intervalMs: 1,
    });
    expect(answer).toBe('third');
  });

  it('names what it waited for when the time is up', async () => {
    const waiting = waitFor(() => false, { what: 'the moon', timeoutMs: 5, intervalMs: 1 });
    await expect(waiting).rejects.toThrow('Waited 5 ms in vain for the moon');
  });

  it('passes on what the condition throws', async () => {
    const broken = (): boolean => {
      throw new Error('broken');
    };
    await expect(waitFor(broken, { what: 'nothing' })).rejects.toThrow('broken');
  });
});
