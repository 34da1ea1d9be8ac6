import type { EventRecord } from '@darkroom/contracts';

/** Brokers refuse more than 1 MB in one batch by default (`message.max.bytes`). */
const mostBytes = 512 * 1024;
const mostRecords = 500;
/** Headers and framing of one message, roughly. */
const overheadBytes = 800;

/** From the front, as many as fit into one batch; at least one where there is one. */
export function takeBatch<R extends Pick<EventRecord, 'value'>>(waiting: readonly R[]): readonly R[] {
  let bytes = 0;
  let count = 0;
  for (const { value } of waiting) {
    bytes += value.byteLength + overheadBytes;
    if (count > 0 && (bytes > mostBytes || count >= mostRecords)) break;
    count += 1;
  }
  return waiting.slice(0, count);
}
