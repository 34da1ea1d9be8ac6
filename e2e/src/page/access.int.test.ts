/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ImageBody } from '@darkroom/contracts';
import { accessibilityViolations as violations, Client } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { buryEvent } from './dead-letters.ts';
import {
  openPageWorld,
  photographs,
  pick,
  signIn,
  signOut,
  tabTo,
  untilReady,
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

describe.each(['light', 'dark'] as const)('WCAG 2.2 AA as axe sees it, %s', (colorScheme) => {
  it('finds nothing on any screen', async () => {
    const { page, context } = await world.visit({ colorScheme, width: colorScheme === 'light' ? 1280 : 390 });
    const found: Record<string, string[]> = {};
    found['sign-in'] = await violations(page);
    await page.route('**/local/token', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signing in did not work').waitFor();
    found['failed sign-in'] = await violations(page);
    await page.unrouteAll();
    const name = `axe-${colorScheme}-${randomUUID().slice(0, 8)}`;
    await signIn(page, name);
    await page.getByText('No images yet').waitFor();
    found['empty'] = await violations(page);

    const notes = join(folder, 'notes.jpg');
    await writeFile(notes, 'just some text');
    const { s3 } = await world.stack.describe();
    await page.route(`${s3.endpoint}/**`, async (route) => {
      if (route.request().method() !== 'POST') await route.continue(); // else: held, the upload goes on for ever
    });
    await pick(page, [photos[0]!]);
    await page.locator('li.darkroom-upload[data-phase=sending]').waitFor();
    found['uploading'] = await violations(page);
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await page.unrouteAll({ behavior: 'ignoreErrors' });

    await pick(page, [...photos, notes]);
    await untilReady(
      page,
      photos.slice(1).map((path) => basename(path)),
    );
    await uploadRow(page, 'notes.jpg').getByText('This is not an image').waitFor();
    found['grid and a refusal'] = await violations(page);

    await drag(page);
    found['dragging'] = await violations(page);
    await page.reload();
    await page.locator('.tile__link').first().click();
    await page.locator('.variants > li').nth(4).waitFor();
    await page.locator('.timeline__entry').first().waitFor();
    found['image'] = await violations(page);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Tags').fill('long'.repeat(17));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('longer than 64 characters').waitFor();
    found['editing, with a mistake'] = await violations(page);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor();
    found['discarding'] = await violations(page);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const client = await Client.of(world.stack, name);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByLabel('Title').fill('Mine');
    await client.call('PATCH', `/images/${id}`, { title: 'Theirs', tags: ['sea'] });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('changed meanwhile').waitFor();
    found['conflict'] = await violations(page);
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.locator('.toast__text', { hasText: 'was deleted' }).waitFor();
    found['undo'] = await violations(page);
    await page.goto(`${world.stack.page}/images/${id}`);
    await page.getByText('This image was deleted').waitFor();
    found['deleted image'] = await violations(page);

    await page.getByRole('link', { name: 'Deleted', exact: true }).click();
    await page.getByRole('button', { name: 'Delete for good: Mine' }).click();
    await page.getByRole('alertdialog').waitFor();
    found['question'] = await violations(page);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    found['deleted images'] = await violations(page);
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.locator('.figure').first().waitFor();
    found['statistics'] = await violations(page);

    await page.getByRole('link', { name: 'Images', exact: true }).click();
    await page.locator('.tile img').first().waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).waitFor();
    const more = page.getByRole('button', { name: 'Filters' });
    if (await more.isVisible()) await more.click();
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('listbox').waitFor();
    found['a select'] = await violations(page);
    await page.getByRole('option', { name: 'Refused' }).click();
    await page.getByRole('link', { name: 'notes.jpg' }).waitFor();
    found['filtered'] = await violations(page);
    await page.getByRole('link', { name: 'notes.jpg' }).click();
    await page.getByText('This upload was refused').waitFor();
    found['refused image'] = await violations(page);
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menu').waitFor();
    found['menu'] = await violations(page);
    await page.getByRole('menuitemradio', { name: '한국어' }).click();
    await page.getByRole('link', { name: '이미지', exact: true }).click();
    await page.locator('.tile img').first().waitFor();
    found['Korean'] = await violations(page);
    await page.evaluate(() => localStorage.setItem('darkroom.locale', 'en'));
    await page.route('**/api/images?*', (route) => route.abort());
    await page.reload();
    await page.getByText('could not be loaded').waitFor();
    found['no answer'] = await violations(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route(/\/api\/(images|admin)/, (route) => route.abort());
    for (const path of [`/images/${id}`, '/statistics', '/deleted', '/categories']) {
      await page.goto(world.stack.page + path);
      await page.getByText('could not be loaded').first().waitFor();
      found[`no answer at ${path.slice(0, 8)}`] = await violations(page);
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await failVariants(page);
    await page.goto(await firstImage(page));
    await page.getByText('smaller versions could not be made').waitFor();
    found['variants failed'] = await violations(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(world.stack.page);
    await page.locator('.tile').first().waitFor();
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    found['offline'] = await violations(page);
    await context.setOffline(false);
    await page.goto(`${world.stack.page}/images/00000000-0000-7000-8000-000000000000`);
    await page.getByText('No such image').waitFor();
    found['no image'] = await violations(page);
    await page.goto(`${world.stack.page}/nowhere`);
    await page.getByText('Nothing here').waitFor();
    found['no page'] = await violations(page);

    await page.route('**/assets/console-page-*.js', (route) => route.abort());
    await page.goto(`${world.stack.page}/console`);
    await page.getByRole('heading', { name: 'There is a newer version of this page' }).waitFor();
    found['section that is not there'] = await violations(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/config.json', (route) => route.abort());
    await page.reload();
    await page.getByText('Darkroom did not start').waitFor();
    found['not started'] = await violations(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/api/images/stats/overview', (route) => route.fulfill({ json: { quota: {} } }));
    await page.goto(`${world.stack.page}/statistics`);
    await page.getByText('Something broke').waitFor();
    found['broken section'] = await violations(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(world.stack.page);
    await signOut(page);
    await signIn(page, `${name} as admin`, { admin: true });
    await page.getByRole('link', { name: 'Categories' }).click();
    await page.getByRole('button', { name: 'Change General' }).waitFor();
    found['categories'] = await violations(page);
    await page.getByRole('button', { name: 'New category' }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByLabel('Name').fill('General');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('There is a category of this name already').waitFor();
    found['category form'] = await violations(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await buryEvent(world.stack, id, 'nobody', 'the disk is full');
    await page.getByRole('link', { name: 'Console' }).click();
    await page
      .getByRole('button', { name: /^Show ImageUpdated of nobody/ })
      .first()
      .click();
    await page.getByRole('region', { name: 'Payload' }).waitFor();
    found['dead letter'] = await violations(page);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('alertdialog').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('The event was discarded').waitFor();
    found['console'] = await violations(page);

    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(Object.keys(found)).toHaveLength(36);
    await context.close();
  }, 360_000);
});

/** Files are held over the page. */
async function drag(page: Page): Promise<void> {
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'a.jpg', { type: 'image/jpeg' }));
    for (const type of ['dragenter', 'dragover']) {
      const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent(type, init));
    }
  });
  await page.locator('.darkroom-drop[data-over]').waitFor();
}

async function firstImage(page: Page): Promise<string> {
  await page.goto(world.stack.page);
  const link = await page.locator('.tile__link').first().getAttribute('href');
  return new URL(link ?? '/', world.stack.page).href;
}

/** Each image is answered as one whose variants could not be built. */
async function failVariants(page: Page): Promise<void> {
  await page.route(/\/api\/images\/[-0-9a-f]{36}$/, async (route) => {
    const answer = await route.fetch();
    const image = (await answer.json()) as ImageBody;
    const { processing } = image;
    const variants = { ...processing.variants, state: 'failed' };
    await route.fulfill({ json: { ...image, variants: [], processing: { ...processing, variants } } });
  });
}

describe('the keyboard alone', () => {
  it('signs in, uploads, opens, edits, deletes and undoes', async () => {
    const { page, context } = await world.visit();
    const name = basename(photos[0]!);
    await tabTo(page, 'Name');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(`keyboard ${randomUUID().slice(0, 8)}`);
    await page.keyboard.press('Enter');
    await page.getByText('No images yet').waitFor();

    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, 'Choose files');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles([photos[0]!]);
    await untilReady(page, [name]);
    expect(await page.locator('.darkroom-hidden[role=status]').textContent()).toContain(`${name} is ready`);

    await tabTo(page, `View ${name}`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');

    await tabTo(page, 'Edit');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'title');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Edit');

    await tabTo(page, 'Delete');
    await page.keyboard.press('Enter');
    await page.locator('.toast__text', { hasText: 'was deleted' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await tabTo(page, 'Undo', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('is back').waitFor();
    await page.locator('.tile').waitFor();
    await context.close();
  }, 120_000);

  it('searches, filters, restores, chooses a language, makes a category, and signs out', async () => {
    const { page, context } = await world.visit();
    const name = basename(photos[0]!);
    const mine = `keys ${randomUUID().slice(0, 8)}`;
    await signIn(page, mine, { admin: true });
    await pick(page, [photos[0]!]);
    await untilReady(page, [name]);
    await tabTo(page, 'Search');
    await page.keyboard.type(name.slice(0, 6));
    await page.waitForURL(/q=/);
    await page.getByText(/\d found/).waitFor();
    await tabTo(page, 'Ready'); // the filter by status, by what it is set to
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Refused' }).waitFor();
    await page.keyboard.type('Ref');
    await page.keyboard.press('Enter');
    await page.waitForURL(/status=failed/);
    await tabTo(page, 'Clear all');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.search === '');

    await uploadRow(page, name).getByRole('link', { name: 'View' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    const address = page.url();
    await tabTo(page, 'Delete');
    await page.keyboard.press('Enter');
    await page.locator('.toast__text', { hasText: 'was deleted' }).waitFor();
    await page.goto(address);
    await page.getByText('This image was deleted').waitFor();
    await tabTo(page, 'Restore');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await page.getByText('is back').waitFor();

    await page.getByRole('link', { name: 'Categories' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change General' }).waitFor();
    await tabTo(page, 'New category');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New category' });
    await dialog.waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type(mine);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: mine }).waitFor();

    await tabTo(page, `Signed in as ${mine}`, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '카테고리', level: 1 }).waitFor();
    await page.waitForFunction(() =>
      document.activeElement?.getAttribute('aria-label')?.startsWith('로그인'),
    );
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '로그인' }).waitFor();
    await context.close();
  }, 180_000);
});
