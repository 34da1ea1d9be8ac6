/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  openPageWorld,
  photographs,
  pick,
  signIn,
  untilReady,
  uploadAndOpen,
  uploadRow,
} from './open-page.ts';
import type { PageWorld } from './open-page.ts';

let world: PageWorld;
let photos: readonly string[];
let folder: string;
beforeAll(async () => {
  photos = await photographs();
  folder = await mkdtemp(join(tmpdir(), 'darkroom-page-'));
  world = await openPageWorld();
}, 180_000);
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe('the page, when something goes wrong', () => {
  it('says in plain words why a file is refused, and uploads the others', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'refused');
    const notes = join(folder, 'notes.jpg');
    await writeFile(notes, 'just some text, no picture at all');
    const report = join(folder, 'report.pdf');
    await writeFile(report, '%PDF-1.7');
    await pick(page, [notes, report, photos[0]!]);
    await untilReady(page, [basename(photos[0]!)]);
    await uploadRow(page, 'notes.jpg').getByText('This is not an image').waitFor();
    await uploadRow(page, 'report.pdf').getByText('Files of this kind are not accepted').waitFor();
    await page.getByText('1 of 3 ready, 2 not uploaded').waitFor();
    expect(await page.locator('.tile').count()).toBe(1);
    await context.close();
  }, 120_000);

  it('cancels a file that is being sent, and sends it again', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'second thoughts');
    const name = basename(photos[0]!);
    const { s3 } = await world.stack.describe();
    const held: (() => void)[] = [];
    await page.route(`${s3.endpoint}/**`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await new Promise<void>((resolve) => held.push(resolve));
      return route.continue().catch(() => undefined); // cancelled meanwhile
    });
    await pick(page, [photos[0]!]);
    await page.locator('li.darkroom-upload[data-phase=sending]').waitFor();
    await page.getByRole('button', { name: `Cancel ${name}` }).click();
    await uploadRow(page, name).getByText('Cancelled').waitFor();
    for (const release of held) release();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: `Try ${name} again` }).click();
    await untilReady(page, [name]);
    await context.close();
  }, 120_000);

  it('goes on by itself when the connection is cut in the middle and comes back', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'tunnel');
    const name = basename(photos[0]!);
    const devtools = await context.newCDPSession(page);
    const network = (offline: boolean, uploadThroughput: number) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await network(false, 100_000);
    await pick(page, [photos[0]!]);
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0);
    await network(true, -1);
    await page.getByText('You are offline').waitFor();
    await uploadRow(page, name).getByText('Waiting for the connection').waitFor();
    await network(false, -1);
    await untilReady(page, [name]);
    expect(await page.getByText('You are offline').count()).toBe(0);
    await context.close();
  }, 120_000);

  it('gets another token when its own is refused, without asking', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'stale');
    await uploadAndOpen(page, photos[0]!);
    await page.evaluate(() => {
      localStorage.setItem(
        'darkroom.identity',
        JSON.stringify({ name: 'stale', token: 'long.since.expired' }),
      );
    });
    await page.goto(world.stack.page);
    await page.locator('.tile img').first().waitFor();
    const token = await page.evaluate(() => localStorage.getItem('darkroom.identity'));
    expect(token).not.toContain('long.since.expired');
    await context.close();
  }, 120_000);

  it('tells when the list cannot be loaded, and loads it when asked again', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'unlucky');
    await page.route('**/api/images?*', (route) => route.abort());
    await page.reload();
    await page.getByText('Your images could not be loaded').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No images yet').waitFor();
    await context.close();
  }, 120_000);

  it("shows nothing of another person's image", async () => {
    const owner = await world.visit();
    await signIn(owner.page, 'owner');
    const address = await uploadAndOpen(owner.page, photos[0]!);
    const stranger = await world.visit();
    await signIn(stranger.page, 'stranger');
    await stranger.page.goto(address);
    await stranger.page.getByRole('heading', { name: 'No such image' }).waitFor();
    expect(await stranger.page.locator('img').count()).toBe(0);
    await owner.context.close();
    await stranger.context.close();
  }, 120_000);
});
