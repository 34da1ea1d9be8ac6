import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Client } from '@darkroom/testing';

/** What the API answered while something was away. */
export interface Answers {
  /** What was answered 503, by name. */
  readonly unavailable: ReadonlySet<string>;
  /** Answers that are neither right nor a proper 503. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
}

const file = { filename: 'probe.jpg', contentType: 'image/jpeg', bytes: new Uint8Array(1_000) };

/** Asks the API for each thing again and again, every one by itself, until told to stop. */
export async function probeApi(client: Client): Promise<{ stop(): Promise<Answers> }> {
  const { image_id: id } = await client.presigned(file);
  const asks: Readonly<Record<string, () => Promise<Answer>>> = {
    presign: () => client.presign(file),
    get: () => client.call('GET', `/images/${id}`),
    complete: () => client.complete(id), // looks in the store, where nothing is
  };
  const unavailable = new Set<string>();
  const faults: string[] = [];
  let slowestMs = 0;
  let stopped = false;
  const running = Object.entries(asks).map(async ([name, ask]) => {
    while (!stopped) {
      const since = performance.now();
      const { status, headers, body } = await ask();
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - since));
      const isProper =
        Number(headers.get('retry-after')) > 0 &&
        headers.get('content-type')?.startsWith('application/problem+json') === true;
      if (status === 503 && isProper) unavailable.add(name);
      else if (status !== (name === 'complete' ? 409 : 200))
        faults.push(`${name}: ${status} ${JSON.stringify(body)}`);
      await delay(100); // a client's pause
    }
  });
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      return { unavailable, faults, slowestMs };
    },
  };
}
