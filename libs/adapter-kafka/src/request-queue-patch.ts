import { createRequire } from 'node:module';

/** The part of kafkajs's request queue that the patch stands on. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** As kafkajs has it, for a queue that waits for requests in flight rather than for the broker's throttling. */
const checkIntervalMs = 10;

let patched = false;

/**
 * kafkajs 2.2.4 schedules its look at pending requests with nothing pending, and by a delay that lies in the past:
 * on Node 24 a timer every millisecond for each connection, and TimeoutNegativeWarning. This replaces that one
 * method, once per process. Throws where kafkajs no longer has it.
 */
export function patchRequestQueue(): void {
  if (patched) return;
  // kafkajs ships no types for its inner modules.
  const inner: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js');
  const { prototype } = inner as { prototype: RequestQueue };
  if (typeof prototype.scheduleCheckPendingRequests !== 'function')
    throw new TypeError('kafkajs has changed: its request queue must be looked at again');
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : checkIntervalMs,
    );
  };
  patched = true;
}
