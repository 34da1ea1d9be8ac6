import { AppError } from '@darkroom/kernel';
import { OutageGate } from './outage-gate.ts';

const backoff = { baseMs: 2, capMs: 2 };

describe('OutageGate', () => {
  it('is shut until the probe gets through', async () => {
    const { signal } = new AbortController();
    let tries = 0;
    const probe = async () => {
      tries += 1;
      if (tries < 3) throw new AppError('unavailable', 'still away');
    };
    const gate = new OutageGate({ probe, backoff, signal });
    await gate.pass();
    expect(gate.trip()).toBe(true);
    expect(gate.trip()).toBe(false);
    await gate.pass();
    expect(tries).toBe(3);
    expect(gate.trip()).toBe(true); // open in between
    await gate.pass();
  });

  it('lets everybody through who waits when it is told to stop', async () => {
    const stopping = new AbortController();
    const gate = new OutageGate({
      probe: () => Promise.reject(new Error('away for good')),
      backoff,
      signal: stopping.signal,
    });
    gate.trip();
    const waiting = gate.pass();
    stopping.abort();
    await waiting;
  });

  // It was shut for good then, with its waiters spinning: the process neither worked nor ended
  it('is not shut by what fails after it was told to stop', async () => {
    const gate = new OutageGate({ probe: async () => undefined, backoff, signal: AbortSignal.abort() });
    expect(gate.trip()).toBe(false);
    await gate.pass();
  });
});
