/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { drop, openPageWorld, photographs, pick, signIn, untilReady, type PageWorld } from './open-page.ts';

// Makes the pictures in docs/images: node scripts/run.mjs e2e/src/page/take-screenshots.ts
const folder = resolve(import.meta.dirname, '../../../docs/images');

/** Waits until no picture is loading and nothing fades any more. */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const images = [...document.images].filter(({ loading }) => loading === 'eager');
    const running = document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity);
    return images.every(({ complete }) => complete) && running.length === 0;
  });
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await atRest(page);
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 82 });
}

async function desktop(world: PageWorld, photos: readonly string[]): Promise<void> {
  const { page, context } = await world.visit();
  await signIn(page, 'alice');
  await drop(page, photos);
  await page.locator('li.darkroom-upload[data-phase=ready]').first().waitFor();
  await take(page, 'uploading');
  const names = photos.map((path) => basename(path));
  await untilReady(page, names);
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await gallery(page, photos);
  await page.getByRole('link', { name: 'evening-glow.jpg' }).click();
  await page.locator('.variants > li').first().waitFor();
  await page.locator('.timeline__entry').first().waitFor();
  await page.setViewportSize({ width: 1280, height: 1500 });
  await take(page, 'image');
  await context.close();
}

/** All there, and one more on its way. */
async function gallery(page: Page, photos: readonly string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const uploadThroughput = (bytesPerSecond: number) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond,
    });
  await uploadThroughput(150_000);
  await pick(page, photos.slice(0, 1));
  await page.waitForFunction(() => {
    const bar = document.querySelector('progress');
    return bar !== null && bar.value > bar.max * 0.6;
  });
  await take(page, 'gallery');
  await uploadThroughput(-1);
  await untilReady(
    page,
    photos.slice(0, 1).map((path) => basename(path)),
  );
}

async function phone(world: PageWorld, photos: readonly string[]): Promise<void> {
  const { page, context } = await world.visit({ width: 390, colorScheme: 'dark' });
  await signIn(page, 'bob');
  await pick(page, photos);
  await page.locator('li.darkroom-upload[data-phase=ready]').nth(1).waitFor();
  await take(page, 'phone-dark');
  await context.close();
}

const world = await openPageWorld();
try {
  await mkdir(folder, { recursive: true });
  const photos = await photographs();
  await desktop(world, photos);
  await phone(world, photos);
} finally {
  await world.close();
}
