import { Client, startStack } from '@darkroom/testing';
import { seedImages } from './seed.ts';

export interface RequestFigures {
  readonly name: string;
  /** Milliseconds from sending the request until the whole answer is there. */
  readonly p50: number;
  readonly p95: number;
}

export interface ApiFigures {
  readonly images: number;
  readonly seedSeconds: number;
  readonly requests: readonly RequestFigures[];
  /** Answered by sixteen clients at once. */
  readonly presignsPerSecond: number;
}

const owner = 'bench';
const warmUps = 5;
const repeats = 50;
const clients = 16;
const presignsPerClient = 50;

/** Half the images belong to the owner who asks; search and tags are in few, and in many of them. */
const lists: readonly (readonly [name: string, query: string])[] = [
  ['list, page 1', ''],
  ['list, page 500 by number', 'page=500'],
  ['list, a month by dates', 'date_from=2024-06-01&date_to=2024-06-30'],
  ['search, a word of few', 'search=w3f'],
  ['search, a word of many', 'search=sunset'],
  ['search, two words', `search=${encodeURIComponent('harbour garden')}`],
  ['search, Korean, two characters', `search=${encodeURIComponent('바다')}`],
  ['search, Japanese, one character', `search=${encodeURIComponent('桜')}`],
  ['search, file name', 'search=img_00012'],
  ['search, nothing found', 'search=zzzz'],
  ['tag of many', 'tags=holiday'],
  ['tag of few', 'tags=t3f0'],
  ['search and tag', `search=sunset&tags=${encodeURIComponent('여행')}`],
];

/** Measures a stack of its own, with `images` images in its database, through HTTP. */
export async function measureApi(images: number, onProgress: (text: string) => void): Promise<ApiFigures> {
  const stack = await startStack({ env: { LOG_LEVEL: 'warn' } });
  try {
    const { postgres } = await stack.describe();
    const seedStart = performance.now();
    const onSeeded = (done: number) => onProgress(`${done} images`);
    await seedImages({ url: postgres, images, owner, onProgress: onSeeded });
    const seedSeconds = (performance.now() - seedStart) / 1_000;
    const client = await Client.of(stack, owner);
    const requests: RequestFigures[] = [await measure('presign', () => presign(client))];
    for (const [name, query] of lists) {
      onProgress(name);
      requests.push(await measure(name, () => get(client, `/images?page_size=20&${query}`)));
    }
    const deep = await deepCursor(client);
    requests.push(
      await measure('list, by cursor, 100 pages in', () => get(client, `/images?cursor=${deep}`)),
    );
    requests.push(await measure('statistics', () => get(client, '/images/stats/overview')));
    return { images, seedSeconds, requests, presignsPerSecond: await presignRate(client) };
  } finally {
    await stack.close();
  }
}

async function get<T>(client: Client, path: string): Promise<T> {
  const { status, body } = await client.call<T>('GET', path);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function presign(client: Client): Promise<void> {
  await client.presigned({
    filename: 'bench.jpg',
    contentType: 'image/jpeg',
    bytes: new Uint8Array(100_000),
  });
}

async function measure(name: string, request: () => Promise<unknown>): Promise<RequestFigures> {
  for (let i = 0; i < warmUps; i += 1) await request();
  const times: number[] = [];
  for (let i = 0; i < repeats; i += 1) {
    const startedAt = performance.now();
    await request();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { name, p50: quantile(0.5), p95: quantile(0.95) };
}

async function deepCursor(client: Client): Promise<string> {
  let cursor = '';
  for (let page = 0; page < 100; page += 1) {
    const query: string = cursor === '' ? '' : `?cursor=${cursor}`;
    const { next_cursor } = await get<{ next_cursor: string | null }>(client, `/images${query}`);
    if (next_cursor === null) throw new Error('there are too few images for a hundred pages');
    cursor = next_cursor;
  }
  return cursor;
}

async function presignRate(client: Client): Promise<number> {
  const startedAt = performance.now();
  const one = async () => {
    for (let i = 0; i < presignsPerClient; i += 1) await presign(client);
  };
  await Promise.all(Array.from({ length: clients }, one));
  return (clients * presignsPerClient * 1_000) / (performance.now() - startedAt);
}
