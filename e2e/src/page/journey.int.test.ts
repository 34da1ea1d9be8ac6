/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { waitFor } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import {
  drop,
  openPageWorld,
  photographs,
  pick,
  signIn,
  signOut,
  untilReady,
  uploadRow,
} from './open-page.ts';
import type { PageWorld } from './open-page.ts';

let world: PageWorld;
let photos: readonly string[];
beforeAll(async () => {
  photos = await photographs();
  world = await openPageWorld();
}, 180_000);
afterAll(() => world.close());

/** Widths in pixels of the pictures that the grid shows, 0 for one that is not there. */
const shownWidths = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.tile')].map((tile) => tile.querySelector('img')?.naturalWidth ?? 0),
  );
const allShown = (page: Page, count: number) =>
  waitFor(
    async () => {
      const widths = await shownWidths(page);
      return widths.length === count && widths.every((width) => width >= 300);
    },
    { what: `${count} pictures in the grid`, timeoutMs: 30_000 },
  );

/** Slows the way to S3 down, so that there is progress to see. */
async function uploadsAt(page: Page, bytesPerSecond: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

describe('the page, from a file to its variants', () => {
  it('uploads what is picked, straight to S3 on another origin, with progress and live stages', async () => {
    const { page, context, origins, complaints } = await world.visit();
    await signIn(page, 'picker');
    await page.getByText('No images yet').waitFor();
    const posts: { origin: string; status: number }[] = [];
    page.on('response', (response) => {
      const { origin, pathname } = new URL(response.url());
      if (response.request().method() === 'POST' && !pathname.startsWith('/api/')) {
        posts.push({ origin, status: response.status() });
      }
    });
    // Every value that the progress bar shows, and the order in which the stages are reached.
    await page.evaluate(() => {
      const seen = { progress: [] as number[], stages: [] as string[] };
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const bar = document.querySelector<HTMLProgressElement>('progress');
        if (bar !== null && bar.value > 0) seen.progress.push(bar.value / bar.max);
        for (const { dataset } of document.querySelectorAll<HTMLElement>('[data-stage][data-state=done]')) {
          const name = dataset['stage'] ?? '';
          if (!seen.stages.includes(name)) seen.stages.push(name);
        }
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });

    const file = photos[0]!;
    await uploadsAt(page, 400_000);
    await pick(page, [file]);
    await untilReady(page, [basename(file)]);

    const seen = await page.evaluate(
      () => (window as unknown as { seen: { progress: number[]; stages: string[] } }).seen,
    );
    expect(seen.progress.some((part) => part < 1)).toBe(true);
    expect(seen.progress).toEqual(seen.progress.toSorted((a, b) => a - b));
    expect(seen.stages.slice(0, 2)).toEqual(['stored', 'verified']);
    expect(seen.stages.toSorted()).toEqual(['metadata', 'stored', 'variants', 'verified']);

    const { s3 } = await world.stack.describe();
    expect(posts).toEqual([{ origin: new URL(s3.endpoint).origin, status: 204 }]);
    expect(new URL(s3.endpoint).origin).not.toBe(world.stack.page);
    await allShown(page, 1);
    expect([...origins].toSorted()).toEqual([world.stack.page, new URL(s3.endpoint).origin].toSorted());
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('takes several photographs that are dropped, and shows them after a reload, newest first', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, 'dropper');
    await drop(page, photos);
    const names = photos.map((path) => basename(path));
    await untilReady(page, names);
    await page.getByText(`${photos.length} of ${photos.length} ready`).waitFor();
    await allShown(page, photos.length);
    await page.reload();
    await allShown(page, photos.length);
    await page.getByText(`${photos.length} images`).waitFor();
    expect(await page.locator('li.darkroom-upload').count()).toBe(0);

    // Somebody else on the same device sees none of it.
    await signOut(page);
    await signIn(page, 'somebody else');
    await page.getByText('No images yet').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('takes thirty files at once, and shows them in another tab by itself', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, `thirty ${randomUUID().slice(0, 8)}`);
    const other = await context.newPage();
    await other.goto(world.stack.page);
    await other.getByText('No images yet').waitFor();
    await page.bringToFront();
    await dropDrawings(page, 30);
    await page.getByText('30 of 30 ready').waitFor({ timeout: 120_000 });
    await page.getByText('30 images').waitFor();
    await other.bringToFront();
    await other.getByText('30 images').waitFor();
    expect(await other.locator('.tile').count()).toBe(30);
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);

  it('shows one image with its variants, camera data, position and timeline', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, 'viewer');
    await drop(page, photos);
    await untilReady(
      page,
      photos.map((path) => basename(path)),
    );
    const name = await photographWithPosition(page);
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();

    const variants = page.locator('.variants > li');
    await variants.nth(4).waitFor(); // drawn after the picture
    expect(await variants.locator('.variant__name').allTextContents()).toEqual([
      'Thumbnail',
      'Small',
      'Medium',
      'Large',
      'Full size',
    ]);
    await waitFor(
      () =>
        variants
          .locator('img')
          .evaluateAll((images) =>
            (images as HTMLImageElement[]).every(({ width, naturalWidth }) => width > 0 && naturalWidth > 0),
          ),
      { what: 'a picture of every variant' },
    );
    const linked = await variants.evaluateAll((items) =>
      Promise.all(
        items.map(async (item) => {
          const image = new Image();
          image.src = item.querySelector('a')?.href ?? '';
          await image.decode();
          const said = /(\d+) × (\d+)/.exec(item.textContent ?? '')?.slice(1);
          return { said, is: [String(image.naturalWidth), String(image.naturalHeight)] };
        }),
      ),
    );
    for (const { said, is } of linked) expect(is).toEqual(said);
    expect(await variants.first().textContent()).toMatch(/\d+ × \d+ · webp.*kB.*kB saved \(\d+(\.\d)?%\)/);

    await page.getByRole('heading', { name: 'Camera' }).waitFor();
    await page.getByRole('heading', { name: 'Position' }).waitFor();
    await page.getByText('Shown to the owner alone').waitFor();
    const latitude = page.locator('.fact', { hasText: 'Latitude' }).locator('dd');
    expect(await latitude.textContent()).toMatch(/^-?\d+\.\d+°$/);

    await page.locator('.timeline__entry[data-type=variants_ready]').waitFor();
    const steps = await page
      .locator('.timeline__entry')
      .evaluateAll((entries) => entries.map((entry) => (entry as HTMLElement).dataset['type']));
    expect(steps.slice(0, 3)).toEqual(['presigned', 'stored', 'accepted']);
    expect(steps).toEqual(expect.arrayContaining(['variants_ready', 'metadata_ready']));
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('keeps what is edited, deletes, and brings back', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, 'editor');
    const name = basename(photos[0]!);
    await pick(page, [photos[0]!]);
    await untilReady(page, [name]);
    await uploadRow(page, name).getByRole('link', { name: 'View' }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Title').fill('Abend über dem Meer 저녁');
    await page.getByLabel('Alternative text').fill('The sea at dusk');
    await page.getByLabel('Tags').fill('sea, dusk,, sea');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Abend über dem Meer 저녁', level: 1 }).waitFor();
    expect(await page.locator('.tag').allTextContents()).toEqual(['sea', 'dusk']);
    await page.reload();
    await page.getByRole('heading', { name: 'Abend über dem Meer 저녁', level: 1 }).waitFor();
    await page.getByRole('img', { name: 'The sea at dusk' }).waitFor();

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.locator('.toast__text', { hasText: 'was deleted' }).waitFor();
    await page.getByText('No images yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('is back').waitFor();
    await allShown(page, 1);
    await page.reload();
    await allShown(page, 1);
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);
});

/** The name of one of the caller's images that has a position. */
async function photographWithPosition(page: Page): Promise<string> {
  const found = await page.evaluate(async () => {
    const { token } = JSON.parse(localStorage.getItem('darkroom.identity') ?? '{}') as { token: string };
    const get = async (path: string) => {
      const answer = await fetch(`/api${path}`, { headers: { authorization: `Bearer ${token}` } });
      return answer.json() as Promise<unknown>;
    };
    const { items } = (await get('/images')) as { items: { id: string; original_filename: string }[] };
    for (const { id, original_filename } of items) {
      const { gps } = (await get(`/images/${id}`)) as { gps: unknown };
      if (gps !== null) return original_filename;
    }
    return undefined;
  });
  if (found === undefined) throw new Error('no sample has a position');
  return found;
}

/** Drops so many small pictures, each another, drawn on the page itself. */
async function dropDrawings(page: Page, count: number): Promise<void> {
  await page.evaluate(async (many) => {
    const transfer = new DataTransfer();
    for (let n = 0; n < many; n += 1) {
      const canvas = new OffscreenCanvas(64, 48);
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.fillStyle = `hsl(${n * 12} 70% 50%)`;
      context.fillRect(0, 0, 64, 48);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      transfer.items.add(new File([blob], `drawing ${n}.png`, { type: 'image/png' }));
    }
    const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, init));
  }, count);
}
