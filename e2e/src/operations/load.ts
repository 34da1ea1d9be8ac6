import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fixturePath, soundFixtures } from '@darkroom/adapter-image/fixtures';
import type { ImageBody } from '@darkroom/contracts';
import type { Client, PresignOptions } from '@darkroom/testing';
import { orders, uploadPatiently } from '../crash/uploads.ts';
import { repository } from './grounds.ts';

/** An outage may last 30 s; a message that was on its way then comes again after another 30. */
const patienceMs = 150_000;

/** Uploads going on side by side, each followed to its end, until they are told to stop. */
export interface Load {
  readonly begun: number;
  readonly settled: number;
  /** The images, once all are settled. Rejects with what went wrong with any of them. */
  stop(): Promise<ImageBody[]>;
}

export async function startLoad(client: Client, sideBySide = 3): Promise<Load> {
  const files = await readFiles();
  const images: ImageBody[] = [];
  let begun = 0;
  let stopped = false;
  const uploads = Array.from({ length: sideBySide }, async () => {
    while (!stopped) {
      const order = orders[begun % orders.length] ?? 'never-complete';
      const file = files[begun % files.length] as PresignOptions;
      begun += 1;
      const id = await uploadPatiently(client, order, { ...file, filename: `photo ${begun}.jpg` });
      images.push(await settledPatiently(client, id));
    }
  });
  const ended = Promise.all(uploads);
  ended.catch(() => undefined); // told by `stop`
  return {
    get begun() {
      return begun;
    },
    get settled() {
      return images.length;
    },
    stop: async () => {
      stopped = true;
      await ended;
      return images;
    },
  };
}

/** A kept connection may end with the process at its other side just when something is asked by it. */
async function settledPatiently(client: Client, id: string): Promise<ImageBody> {
  for (;;) {
    try {
      return await client.settled(id, patienceMs);
    } catch (error) {
      if (String(error) !== 'TypeError: fetch failed') throw error;
    }
  }
}

/** A photograph that keeps a worker busy for a second or so. */
export async function largePhotograph(): Promise<PresignOptions> {
  const bytes = await readFile(path.join(repository, 'samples/evening-glow.jpg'));
  return { filename: 'evening glow.jpg', contentType: 'image/jpeg', bytes };
}

/** A photograph in four: there is always work going on, and it is done in time on two cores. */
async function readFiles(): Promise<PresignOptions[]> {
  const small = soundFixtures.filter(({ type }) => type === 'image/jpeg').slice(0, 3);
  const fixtures = small.map(async ({ file }) => ({
    filename: file,
    contentType: 'image/jpeg',
    bytes: await readFile(fixturePath(file)),
  }));
  return Promise.all([largePhotograph(), ...fixtures]);
}
