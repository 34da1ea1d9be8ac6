/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ImageBody } from '@darkroom/contracts';
import { Client, waitFor } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { multiplyImage } from './many-images.ts';
import { openPageWorld, photographs, pick, signIn, untilReady, uploadAndOpen } from './open-page.ts';
import type { PageWorld } from './open-page.ts';

let world: PageWorld;
let photos: readonly string[];
beforeAll(async () => {
  photos = await photographs();
  world = await openPageWorld();
}, 180_000);
afterAll(() => world.close());

const tiles = (page: Page) => page.locator('.tile');
const tilesAre = (page: Page, count: number) =>
  waitFor(async () => (await tiles(page).count()) === count, { what: `${count} tiles`, timeoutMs: 30_000 });
const imageIdIn = (address: string) => new URL(address).pathname.split('/').at(-1) ?? '';
const query = (page: Page) => new URL(page.url()).search;

/** A name that nobody else has, also where several runs share a stack. */
const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;
/** The API as another tab, another device or a program of the same person uses it. */
const clientOf = (owner: string) => Client.of(world.stack, owner);

describe('finding images', () => {
  const finder = unique('finder');

  it('loads more on the way down, and searches and filters in the address, there and back', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, finder);
    const address = await uploadAndOpen(page, photos[0]!);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Title').fill('Harbour in fog');
    await page.getByLabel('Tags').fill('sea, fog');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Harbour in fog' }).waitFor();
    await multiplyImage(world.stack, imageIdIn(address), 59);
    await page.getByRole('link', { name: 'All images' }).click();
    await page.getByText('60 images').waitFor();
    await tilesAre(page, 40);
    await tiles(page).last().scrollIntoViewIfNeeded();
    await tilesAre(page, 60);

    await page.getByRole('searchbox', { name: 'Search' }).pressSequentially('harbour');
    await page.waitForURL('**/?q=harbour');
    await page.getByText('60 found').waitFor(); // the copies have its words
    await page.getByLabel('Tags', { exact: true }).fill('sea');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?q=harbour&tag=sea');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Refused' }).click();
    await page.waitForURL('**/?q=harbour&status=failed&tag=sea');
    await page.getByText('Nothing found').waitFor();
    await page.reload();
    await page.getByText('Nothing found').waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('harbour');

    await page.goBack();
    await page.waitForURL('**/?q=harbour&tag=sea');
    await page.getByText('60 found').waitFor();
    await page.goBack();
    await page.waitForURL('**/?q=harbour');
    await page.goBack();
    await page.getByText('60 images').waitFor();
    expect(query(page)).toBe('');
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('');
    await page.goForward();
    await page.waitForURL('**/?q=harbour');
    await page.getByText('60 found').waitFor();

    await tiles(page).first().getByRole('link').click();
    await page.getByRole('link', { name: 'Found images' }).click();
    await page.waitForURL('**/?q=harbour');
    await page.getByText('60 found').waitFor();

    await page.getByLabel('From').fill('2031-01-01');
    await page.waitForURL('**/?q=harbour&from=2031-01-01');
    await page.getByText('Nothing found').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText('60 images').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('is at the same place of the grid after "back" from an image', async () => {
    const { page, context } = await world.visit();
    await signIn(page, finder); // with the images of before
    await tilesAre(page, 40);
    await tiles(page).last().scrollIntoViewIfNeeded();
    await tilesAre(page, 60);
    await tiles(page).nth(50).scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => window.scrollY);
    await tiles(page).nth(50).getByRole('link').click();
    await page.getByRole('link', { name: 'All images' }).waitFor();
    await page.goBack();
    await tilesAre(page, 60);
    await waitFor(async () => Math.abs((await page.evaluate(() => window.scrollY)) - before) < 5, {
      what: 'the grid to be where it was',
    });
    await context.close();
  }, 120_000);
});

describe('what happens elsewhere', () => {
  it('shows in the grid, on the image and in its timeline by itself', async () => {
    const { page, context, complaints } = await world.visit();
    const owner = unique('watcher');
    await signIn(page, owner);
    await page.getByText('No images yet').waitFor();
    const client = await clientOf(owner);
    const { id } = await client.upload(photos[0]!, 'image/jpeg');
    await page.getByRole('link', { name: basename(photos[0]!) }).waitFor({ timeout: 30_000 });
    await page.locator('.tile img').waitFor({ timeout: 30_000 });

    await client.call('PATCH', `/images/${id}`, { title: 'Renamed elsewhere' });
    await page.getByRole('link', { name: 'Renamed elsewhere' }).click();
    await page.getByRole('heading', { name: 'Renamed elsewhere' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const changes = page.locator('.timeline__entry[data-type=updated]');
    await changes.first().waitFor();
    expect(await changes.count()).toBe(1);
    await client.call('PATCH', `/images/${id}`, { title: 'Once more' });
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
    await waitFor(async () => (await changes.count()) === 2, { what: 'the change in the timeline' });

    await page.getByRole('link', { name: 'All images' }).click();
    await page.getByRole('link', { name: 'Once more' }).waitFor();
    await client.call('DELETE', `/images/${id}`);
    await page.getByText('No images yet').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('does not overwrite what somebody else has saved meanwhile, and leaves the choice', async () => {
    const { page, context } = await world.visit();
    const owner = unique('author');
    await signIn(page, owner);
    const id = imageIdIn(await uploadAndOpen(page, photos[1]!));
    const client = await clientOf(owner);
    const edit = async (title: string) => {
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByLabel('Title').fill(title);
    };
    const titleNow = async () => (await client.call<ImageBody>('GET', `/images/${id}`)).body.title;

    await edit('My words');
    await client.call('PATCH', `/images/${id}`, { title: 'Their words' });
    await page.getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('group', { name: 'This image was changed meanwhile' });
    await conflict.getByText('Their words').waitFor();
    expect(await titleNow()).toBe('Their words');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.getByRole('heading', { name: 'My words', level: 1 }).waitFor();
    expect(await titleNow()).toBe('My words');

    await edit('Other words');
    await client.call('PATCH', `/images/${id}`, { title: 'Better words' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Take the other ones' }).click();
    expect(await page.getByLabel('Title').inputValue()).toBe('Better words');
    await page.keyboard.press('Escape');
    expect(await titleNow()).toBe('Better words');
    await context.close();
  }, 120_000);
});

describe('deleted images', () => {
  it('are listed, brought back, and deleted for good after a question', async () => {
    const { page, context, complaints } = await world.visit();
    await signIn(page, unique('tidy'));
    const files = photos.slice(0, 2);
    await pick(page, files);
    await untilReady(
      page,
      files.map((path) => basename(path)),
    );
    const [first, second] = files.map((path) => basename(path)) as [string, string];
    for (const name of [first, second]) {
      await page.locator('.tile__link', { hasText: name }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByText(`${name} was deleted`).waitFor();
    }
    await page.getByRole('link', { name: 'Deleted' }).click();
    await page.getByRole('heading', { name: 'Deleted images' }).waitFor();
    await page.getByRole('button', { name: `Restore ${first}` }).click();
    await page.getByText(`${first} is back`).waitFor();
    await page.getByRole('button', { name: `Delete for good: ${second}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: `Delete for good: ${second}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('Nothing was deleted').waitFor();
    await page.reload(); // what the server says
    await page.getByText('Nothing was deleted').waitFor();
    await page.getByRole('link', { name: 'Images', exact: true }).click();
    await tilesAre(page, 1);
    await page.locator('.tile img').waitFor({ timeout: 30_000 });

    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.locator('.figure', { hasText: 'Images' }).getByText('1', { exact: true }).waitFor();
    await page.getByRole('link', { name: first }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);
});

describe('categories', () => {
  it('show their limits to everybody, and are made and changed by admins alone', async () => {
    const small = unique('Small');
    const { page, context } = await world.visit();
    await signIn(page, unique('chief'), { admin: true });
    await page.getByRole('link', { name: 'Categories' }).click();
    await page.getByRole('listitem').filter({ hasText: 'General' }).getByText('50 MB').waitFor();
    await page.getByRole('button', { name: 'New category' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('General');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('There is a category of this name already').waitFor();
    await dialog.getByLabel('Name').fill(small);
    await dialog.getByLabel('Largest file').fill('0.5');
    for (const type of ['webp', 'gif', 'avif', 'heic']) await dialog.getByLabel(type).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`${small} was saved`).waitFor();
    const card = page.getByRole('listitem').filter({ hasText: small });
    await card.getByText('512 kB').waitFor();
    await card.getByText('JPEG, PNG', { exact: true }).waitFor();

    const visitor = await world.visit();
    await signIn(visitor.page, unique('small'));
    await visitor.page.getByRole('combobox', { name: 'Category' }).selectOption(small);
    await visitor.page.getByText('JPEG, PNG, up to 512 kB each').waitFor();
    await visitor.page.getByRole('link', { name: 'Categories' }).click();
    await visitor.page.getByRole('heading', { name: small }).waitFor();
    expect(await visitor.page.getByRole('button', { name: /New category|Change/ }).count()).toBe(0);
    await visitor.context.close();

    await page.getByRole('button', { name: `Change ${small}` }).click();
    await page.getByRole('dialog').getByLabel('Takes uploads').uncheck();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await card.getByText('Takes no uploads').waitFor();
    await context.close();
  }, 120_000);
});

describe('Korean', () => {
  it('names all that is shown of the camera, and its settings', async () => {
    const { page, context } = await world.visit({ locale: 'ko-KR' });
    const owner = unique('사진가');
    await page.getByLabel('이름', { exact: true }).fill(owner);
    await page.getByRole('button', { name: '로그인' }).click();
    await page.getByRole('heading', { name: '내 이미지' }).waitFor();
    const client = await clientOf(owner);
    const uploaded = await Promise.all(photos.map((path) => client.upload(path, 'image/jpeg')));
    const labels = new Set<string>();
    for (const { id } of uploaded) {
      await page.goto(`${world.stack.page}/images/${id}`);
      await page.locator('.groups__one').first().waitFor();
      for (const label of await page.locator('.groups dt').allTextContents()) labels.add(label);
      const settings = page.locator('.groups__one', { has: page.getByRole('heading', { name: '노출' }) });
      for (const fact of await settings.locator('.fact').all()) {
        expect(await fact.innerText()).toMatch(/[가-힣]|^ISO/);
        expect(await fact.locator('dd').innerText()).toMatch(/\d|[가-힣]/); // a number, or a word of Korean
      }
    }
    expect([...labels].filter((label) => !/[가-힣]/.test(label))).toEqual(['ISO']);
    await context.close();
  }, 120_000);

  it('is there for the whole page, by choice or by what the browser prefers, and is remembered', async () => {
    const { page, context } = await world.visit();
    const language = () => page.evaluate(() => document.documentElement.lang);
    expect(await language()).toBe('en');
    await signIn(page, unique('한국인'));
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menuitemradio', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '내 이미지' }).waitFor();
    await page
      .getByText('이미지를 여기에 놓', { exact: false })
      .or(page.getByText('파일 선택'))
      .first()
      .waitFor();
    expect(await language()).toBe('ko');
    for (const [link, heading] of [
      ['삭제됨', '삭제된 이미지'],
      ['통계', '통계'],
      ['카테고리', '카테고리'],
    ] as const) {
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      expect(await page.title()).toBe(`${heading} · Darkroom`);
    }
    await page.reload();
    await page.getByRole('heading', { name: '카테고리', level: 1 }).waitFor();
    expect(await language()).toBe('ko');
    await context.close();

    const korean = await world.visit({ locale: 'ko-KR' });
    await korean.page.getByRole('heading', { name: '로그인' }).waitFor();
    expect(await korean.page.evaluate(() => document.documentElement.lang)).toBe('ko');
    await korean.context.close();
  }, 120_000);
});
