/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  drop,
  openPageWorld,
  photographs,
  pick,
  signIn,
  signOut,
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

/** Uploads to S3 begin, and never end. */
async function holdUploads(page: Page): Promise<void> {
  const { s3 } = await world.stack.describe();
  await page.route(`${s3.endpoint}/**`, async (route) => {
    if (route.request().method() !== 'POST') await route.continue();
  });
}

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
    await page.locator('.tile').first().waitFor();
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
    await page.route('**/api/events', (route) => route.abort()); // else the page loads it again by itself
    await page.route('**/api/images?*', (route) => route.abort());
    await page.reload();
    await page.getByText('Your images could not be loaded').waitFor();
    await page.unroute('**/api/images?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No images yet').waitFor();
    await context.close();
  }, 120_000);

  it('keeps focus on the page when what was pressed goes away', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'keyboard');
    const address = await uploadAndOpen(page, photos[0]!);
    await page.route('**/api/images/*', (route) => route.abort());
    await page.reload();
    await page.getByText('This image could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Try again' }).focus();
    await page.unrouteAll(); // from now on the page may be first, by itself
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.locator('.toast__text', { hasText: 'was deleted' }).waitFor();
    await page.goto(address);
    await page.route('**/restore', (route) => route.abort());
    await page.getByRole('button', { name: 'Restore' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('It could not be brought back').waitFor();
    await page.unrouteAll();
    await page.keyboard.press('Enter');
    await page.getByText('is back').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await context.close();
  }, 120_000);

  it('loads a section that was opened without a connection as soon as there is one', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'plane');
    await page.getByText('No images yet').waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Categories' }).click();
    await page.getByRole('heading', { name: 'You are offline' }).waitFor();
    await page.getByRole('link', { name: 'Images', exact: true }).click(); // the rest of the page is there still
    await page.getByRole('heading', { name: 'Your images', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Categories' }).click();
    await page.getByRole('heading', { name: 'You are offline' }).waitFor();
    await context.setOffline(false);
    await page.getByRole('listitem').filter({ hasText: 'General' }).waitFor();
    await page.waitForFunction(() => {
      const categories = document.querySelector('.categories');
      return categories !== null && getComputedStyle(categories).display === 'grid'; // its styles, too
    });
    await context.close();
  }, 120_000);

  it('loads what a section shows as soon as there is a connection', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'submarine');
    await page.getByText('No images yet').waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByText('The statistics could not be loaded').waitFor();
    await context.setOffline(false);
    await page.locator('.figure').first().waitFor();
    expect(await page.getByText('The statistics could not be loaded').count()).toBe(0);

    await page.getByRole('link', { name: 'Images', exact: true }).click();
    const address = await uploadAndOpen(page, photos[0]!);
    await page.getByRole('link', { name: 'All images' }).click();
    await context.setOffline(true);
    await page.locator(`.tile__link[href="${new URL(address).pathname}"]`).click();
    await page.getByText('This image could not be loaded').waitFor();
    await context.setOffline(false);
    await page.getByRole('heading', { name: basename(photos[0]!), level: 1 }).waitFor();
    await context.close();
  }, 120_000);

  it('offers to load the page again where a newer one has taken its place', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'yesterday');
    await page.getByText('No images yet').waitFor();
    await page.route('**/assets/*categories-page*', (route) => route.fulfill({ status: 404 }));
    await page.getByRole('link', { name: 'Categories' }).click();
    await page.getByRole('heading', { name: 'There is a newer version of this page' }).waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByRole('listitem').filter({ hasText: 'General' }).waitFor();
    await context.close();
  }, 120_000);

  it('says that the session has ended, and that uploads were stopped; signing out asks before', async () => {
    const { page, context } = await world.visit();
    const lastQuestion = page.waitForResponse('**/stats/overview'); // whether it is an admin: it asks nothing more by itself
    await signIn(page, 'forgotten');
    await holdUploads(page);
    await pick(page, [photos[0]!]);
    await page.locator('li.darkroom-upload[data-phase=sending]').waitFor();
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('alertdialog', { name: 'Sign out while uploading?' }).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });

    await lastQuestion; // else its refusal ends the session before the click
    await page.route('**/api/**', (route) => route.fulfill({ status: 401 }));
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByText('Your session has ended').waitFor();
    await page.getByText('One upload was stopped').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByLabel('Name', { exact: true }).fill('forgotten');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Statistics' }).waitFor(); // where it was when the session ended
    await signOut(page);
    expect(await page.getByText('Your session has ended').count()).toBe(0);
    await context.close();
  }, 120_000);

  it('asks before what was written is lost, and leaves Escape to the input method', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'novelist');
    await uploadAndOpen(page, photos[0]!);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const title = page.getByLabel('Title');
    await title.fill('A long story');
    await title.dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true });
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    const question = page.getByRole('alertdialog', { name: 'Discard your changes?' });
    await title.press('Escape');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Statistics' }).click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await title.inputValue()).toBe('A long story');
    await page.getByLabel('Tags').fill(`short, ${'long'.repeat(17)}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is longer than 64 characters').waitFor();
    await page.getByRole('link', { name: 'Statistics' }).click();
    await question.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('heading', { name: 'Statistics' }).waitFor();
    await context.close();
  }, 120_000);

  it('takes files that are dropped on another screen, and shows there that they are on their way', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'thrower');
    await page.getByRole('link', { name: 'Deleted' }).click();
    await page.getByText('Nothing was deleted').waitFor();
    await holdUploads(page);
    await drop(page, [photos[0]!]);
    await page.getByText('1 file is being uploaded to General').waitFor();
    await page.getByRole('link', { name: 'Uploading 1' }).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: 'View' }).click();
    await uploadRow(page, basename(photos[0]!)).waitFor();
    await context.close();
  }, 120_000);

  it('fetches the original by a fresh address on a page that was open for long', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'patient');
    await uploadAndOpen(page, photos[0]!);
    const link = page.getByRole('link', { name: 'Download' });
    const shown = await link.getAttribute('href');
    await page.waitForFunction(
      (second) => Math.floor(Date.now() / 1000) > second,
      Math.floor(Date.now() / 1000),
    );
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.url()).not.toBe(shown); // signed at another second
    expect(new URL(download.url()).pathname).toBe(new URL(shown ?? '').pathname);
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
