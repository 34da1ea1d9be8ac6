import { readFile } from 'node:fs/promises';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { waitFor, type Client } from '@darkroom/testing';
import { uploadPatiently, type Order } from '../crash/uploads.ts';
import type { RunningProgram } from './program.ts';

/** What the product promises: by itself, and so soon after the return of what was away. */
const promisedMs = 5_000;

/** Times in milliseconds. */
export interface Recovery {
  readonly returnedAt: Date;
  /** From the return until each program said that it was ready. */
  readonly readyMs: number;
  readonly after: Uploads;
  /** The same under the same load before the fault or later, the slower of the two. */
  readonly usual: Uploads;
}

/** From here until new uploads had all that belongs to them. */
export interface Uploads {
  readonly completedMs: number;
  /** Where the client never calls complete, so that the notification alone brings it on. */
  readonly noticedMs: number;
}

/** Begins with the return of what was away; `before` is how long uploads took before. */
export async function recoveryOf(
  programs: readonly RunningProgram[],
  client: Client,
  before: Uploads,
): Promise<Recovery> {
  const returnedAt = new Date();
  const passed = stopwatch();
  const ready = programs.map((program) =>
    waitFor(async () => (await program.readiness()) === 200, {
      what: `${program.name} to be ready again`,
      timeoutMs: 120_000,
    }),
  );
  const [after, readyMs] = await Promise.all([timeUploads(client), Promise.all(ready).then(passed)]);
  const later = await timeUploads(client);
  const usual = {
    completedMs: Math.max(before.completedMs, later.completedMs),
    noticedMs: Math.max(before.noticedMs, later.noticedMs),
  };
  return { returnedAt, readyMs, after, usual };
}

export async function timeUploads(client: Client): Promise<Uploads> {
  const bytes = await readFile(fixturePath('odd.jpg'));
  const time = async (order: Order): Promise<number> => {
    const passed = stopwatch();
    const id = await uploadPatiently(client, order, {
      filename: 'odd.jpg',
      contentType: 'image/jpeg',
      bytes,
    });
    await client.settled(id, 120_000);
    return passed();
  };
  const [completedMs, noticedMs] = await Promise.all([time('complete-first'), time('never-complete')]);
  return { completedMs, noticedMs };
}

function stopwatch(): () => number {
  const since = performance.now();
  return () => Math.round(performance.now() - since);
}

/** What came later than promised, in words; what an upload takes as a rule is not the fault's. */
export function lateOf({ readyMs, after, usual }: Recovery): string[] {
  const times = [
    ['every program to be ready again', readyMs, 0],
    ['a new upload to have all', after.completedMs, usual.completedMs],
    ['a new upload to have all, where only its notification tells of it', after.noticedMs, usual.noticedMs],
  ] as const;
  return times
    .filter(([, ms, usualMs]) => ms - usualMs > promisedMs)
    .map(
      ([what, ms, usualMs]) => `${what} took ${ms} ms: ${promisedMs} are allowed beyond the usual ${usualMs}`,
    );
}

export function tell({ readyMs, after, usual }: Recovery): string {
  return (
    `ready again after ${readyMs} ms, a new upload done after ${after.completedMs} ms (${usual.completedMs} as a rule), ` +
    `by its notification alone after ${after.noticedMs} ms (${usual.noticedMs})`
  );
}
