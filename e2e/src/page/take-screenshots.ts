/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { Client } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { drop, openPageWorld, photographs, pick, signIn, untilReady, type PageWorld } from './open-page.ts';
import { takeConsole, takeDialogs, takeTrouble } from './take-more-screenshots.ts';
import { pictureFolder, takePicture } from './take-picture.ts';

// Makes the pictures in docs/images: node scripts/run.mjs e2e/src/page/take-screenshots.ts

const uploadThroughput = async (page: Page, bytesPerSecond: number) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
};

/** All there, and one more on its way. */
async function takeGallery(page: Page, photos: readonly string[]): Promise<void> {
  await uploadThroughput(page, 150_000);
  await pick(page, photos.slice(0, 1));
  await page.waitForFunction(() => {
    const bar = document.querySelector('progress');
    return bar !== null && bar.value > bar.max * 0.6;
  });
  await takePicture(page, 'gallery');
  await uploadThroughput(page, -1);
  await untilReady(
    page,
    photos.slice(0, 1).map((path) => basename(path)),
  );
  await page.getByRole('button', { name: 'Clear finished' }).click();
}

/** One that was refused, one that was deleted, a category more, tags and titles: something to see on each screen. */
async function furnish(world: PageWorld, owner: string, photos: readonly string[]): Promise<void> {
  const [client, admin] = await Promise.all([
    Client.of(world.stack, owner),
    Client.of(world.stack, 'chief', '--admin'),
  ]);
  const { body } = await client.call<{ items: { id: string; original_filename: string }[] }>(
    'GET',
    '/images',
  );
  const idOf = (name: string) => body.items.find((item) => item.original_filename === name)?.id ?? '';
  const describe = (name: string, words: object) => client.call('PATCH', `/images/${idOf(name)}`, words);
  await describe('evening-glow.jpg', {
    title: 'Evening glow over the lake',
    description: 'Rowing boats on the shore, an hour before dark.',
    alt_text: 'Rowing boats in a row on a pebble beach, under an orange sky',
    tags: ['lake', 'evening', 'boats'],
  });
  await describe('forest-path.jpg', { title: 'Forest path', tags: ['forest'] });
  await client.call('DELETE', `/images/${idOf(basename(photos[0] ?? ''))}`);
  await admin.call('POST', '/admin/categories', {
    name: 'Products',
    description: 'For the shop: plain grounds, no people',
    max_file_size: 10 * 1024 ** 2,
    allowed_extensions: ['jpg', 'jpeg', 'png'],
  });
  await admin.call('POST', '/admin/categories', {
    name: 'Documents',
    description: 'Scans that only their owner sees',
    max_file_size: 25 * 1024 ** 2,
    allowed_extensions: ['jpg', 'jpeg', 'png', 'webp'],
    visibility: 'private',
  });
}

async function desktop(world: PageWorld, photos: readonly string[]): Promise<void> {
  const { page, context } = await world.visit();
  await takePicture(page, 'sign-in');
  await signIn(page, 'alice');
  await page.getByText('JPEG, PNG').waitFor();
  await takePicture(page, 'empty');
  await drop(page, photos);
  await page.locator('li.darkroom-upload[data-phase=ready]').first().waitFor();
  await takePicture(page, 'uploading');
  await untilReady(
    page,
    photos.map((path) => basename(path)),
  );
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await takeGallery(page, photos);
  await furnish(world, 'alice', photos);
  await page.getByRole('link', { name: 'Evening glow over the lake' }).click();
  await page.locator('.variants > li').nth(4).waitFor();
  await page.locator('.timeline__entry').first().waitFor();
  await page.setViewportSize({ width: 1280, height: 1700 });
  await takePicture(page, 'image');
  await page.setViewportSize({ width: 1280, height: 844 });
  for (const [link, ready] of [
    ['Deleted', '.deleted__row'],
    ['Statistics', '.recent__link img'],
    ['Categories', '.category >> nth=2'],
  ] as const) {
    await page.getByRole('link', { name: link, exact: true }).click();
    await page.locator(ready).first().waitFor();
    await takePicture(page, link.toLowerCase());
  }
  await context.close();
}

/** The same on a phone, in the dark, and in Korean. */
async function phone(world: PageWorld, photos: readonly string[]): Promise<void> {
  const { page, context } = await world.visit({ width: 390, colorScheme: 'dark' });
  await signIn(page, 'bob');
  await pick(page, photos);
  await page.locator('li.darkroom-upload[data-phase=ready]').nth(1).waitFor();
  await takePicture(page, 'phone-dark');
  await untilReady(
    page,
    photos.map((path) => basename(path)),
  );
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitemradio', { name: '한국어' }).click();
  await page.getByRole('button', { name: '필터' }).click();
  await page.locator('.tile img').nth(2).waitFor();
  await takePicture(page, 'phone-dark-korean');
  await page.locator('.tile__link').first().click();
  await page.locator('.variants > li').first().waitFor();
  await takePicture(page, 'phone-dark-image');
  await page.getByRole('link', { name: '통계' }).click();
  await page.locator('.recent__link img').first().waitFor();
  await takePicture(page, 'phone-dark-statistics');
  await context.close();
}

const world = await openPageWorld();
try {
  await mkdir(pictureFolder, { recursive: true });
  const photos = await photographs();
  const [first = ''] = photos;
  await phone(world, photos);
  await desktop(world, photos);
  await takeDialogs(world, photos.find((path) => path.includes('evening-glow')) ?? first);
  await takeTrouble(world);
  await takeConsole(world, first);
} finally {
  await world.close();
}
