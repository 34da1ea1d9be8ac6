import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { Client, startStack } from '@darkroom/testing';
import { startApi, stopApi, tokenOf, type Api } from '../support/api-process.ts';

export interface LiveFigures {
  readonly streams: number;
  /** Resident memory of the process, in bytes, with a few streams and with all of them. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
  /** Milliseconds from sending a call to one process until its entry comes out of another, sorted. */
  readonly arrivals: readonly number[];
  /** The same from the call's answer on. */
  readonly arrivalsAfterAnswer: readonly number[];
}

const warmUps = 20;

export interface LiveOptions {
  /** How many changes are made, one after the other. */
  readonly changes: number;
  readonly onProgress?: (text: string) => void;
}

/** Opens `streams` streams of as many owners on one API process, and makes changes through another. */
export async function measureLive(
  streams: number,
  { changes, onProgress = () => undefined }: LiveOptions,
): Promise<LiveFigures> {
  const stack = await startStack({ env: { LOG_LEVEL: 'warn' } });
  const processes: ChildProcess[] = [];
  try {
    const description = await stack.describe();
    const start = async (): Promise<Api> => {
      const api = await startApi(description, { env: { LIVE_HEARTBEAT_MS: String(heartbeatMs) } });
      processes.push(api.process);
      return api;
    };
    const [reader, writer] = [await start(), await start()];
    await Promise.all(Array.from({ length: warmUps }, (_, n) => listen(reader.url, `warm ${n}`)));
    await heartbeats();
    const memoryBefore = await residentBytes(reader.process);
    for (let n = warmUps; n < streams; n += 50) {
      const some = Array.from({ length: Math.min(50, streams - n) }, (_, i) =>
        listen(reader.url, `owner ${n + i}`),
      );
      await Promise.all(some);
      onProgress(`${n} streams`);
    }
    await heartbeats();
    const memoryAfter = await residentBytes(reader.process);
    onProgress('changes');
    const arrivals = await measureArrivals(reader.url, new Client(writer.url, tokenOf('bench')), changes);
    return { streams, memoryBefore, memoryAfter, ...arrivals };
  } finally {
    await Promise.all(processes.map(stopApi));
    await stack.close();
  }
}

const heartbeatMs = 1_000;

/** A few rounds of signs of life, so that what a stream needs while it is idle is there. */
const heartbeats = () => new Promise((done) => setTimeout(done, 4 * heartbeatMs));

/** Opens the stream over all images of `owner`; resolves once it has begun. */
async function listen(url: string, owner: string, onText: (text: string) => void = () => undefined) {
  const request = get(`${url}/events`, {
    agent: false,
    headers: { authorization: `Bearer ${tokenOf(owner)}` },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the stream answered ${response.statusCode}`);
  response.setEncoding('utf8').on('data', onText);
  response.on('error', () => undefined); // its end, when the process stops
}

async function measureArrivals(url: string, client: Client, changes: number) {
  let arrived: (() => void) | undefined;
  await listen(url, 'bench', (text) => {
    if (text.includes('event: timeline')) arrived?.();
  });
  await heartbeats();
  const arrivals: number[] = [];
  const arrivalsAfterAnswer: number[] = [];
  for (let n = 0; n < changes; n += 1) {
    const heard = new Promise<number>((done) => (arrived = () => done(performance.now())));
    const sentAt = performance.now();
    const bytes = new Uint8Array(100_000);
    await client.presigned({ filename: `${n}.jpg`, contentType: 'image/jpeg', bytes });
    const answeredAt = performance.now();
    const heardAt = await heard;
    arrivals.push(heardAt - sentAt);
    arrivalsAfterAnswer.push(Math.max(0, heardAt - answeredAt));
  }
  const ascending = (a: number, b: number) => a - b;
  return {
    arrivals: arrivals.sort(ascending),
    arrivalsAfterAnswer: arrivalsAfterAnswer.sort(ascending),
  };
}

/** What the kernel accounts to the process now (Linux, proc(5)). */
async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}
