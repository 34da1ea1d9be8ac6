import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { patchRequestQueue } from './request-queue-patch.ts';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
  checkPendingRequests(): void;
  destroy(): void;
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue;
const newQueue = (): Queue =>
  new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'b:1',
    logger: { debug: () => undefined },
  });

/** Runs kafkajs's queue in a process of its own, counts the timers that it sets in 200 ms, and prints the number. */
const countTimers = (patch: boolean): number => {
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(${JSON.stringify(import.meta.url)});
    ${patch ? `(await import(${JSON.stringify(new URL('./request-queue-patch.ts', import.meta.url).href)})).patchRequestQueue();` : ''}
    const RequestQueue = require('kafkajs/src/network/requestQueue/index.js');
    const queue = new RequestQueue({ maxInFlightRequests: null, logger: { debug() {} } });
    const { setTimeout } = globalThis;
    let timers = 0;
    globalThis.setTimeout = (...args) => { timers += 1; return setTimeout(...args); };
    queue.checkPendingRequests();
    setTimeout(() => { process.stdout.write(String(timers)); process.exit(0); }, 200);
  `;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=darkroom-source', '--input-type=module', '--eval', program],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
};

describe("kafkajs's request queue", () => {
  it('sets timers without end when nothing is pending, and none once patched', () => {
    expect(countTimers(false)).toBeGreaterThan(20);
    expect(countTimers(true)).toBe(0);
  });

  it('still looks again at what waits, after the throttling or soon', async () => {
    patchRequestQueue();
    for (const throttledMs of [0, 60]) {
      const queue = newQueue();
      const looked = Promise.withResolvers<number>();
      const began = performance.now();
      queue.checkPendingRequests = () => looked.resolve(performance.now() - began);
      queue.pending.push({});
      queue.throttledUntil = Date.now() + throttledMs;
      queue.scheduleCheckPendingRequests();
      expect(await looked.promise).toBeGreaterThanOrEqual(Math.max(9, throttledMs - 2));
      queue.destroy();
    }
  });
});
