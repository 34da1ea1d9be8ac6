/// <reference lib="dom" />
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

export const pictureFolder = resolve(import.meta.dirname, '../../../docs/images');

/** Waits until no picture is loading and nothing fades any more. */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const inView = ({ offsetTop }: HTMLElement) => offsetTop < window.innerHeight;
    const images = [...document.images].filter((image) => image.loading === 'eager' || inView(image));
    const running = document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity);
    return images.every(({ complete }) => complete) && running.length === 0;
  });
}

/** Takes a picture of what the page shows now, for docs/images. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await atRest(page);
  await page.screenshot({ path: join(pictureFolder, `${name}.jpg`), type: 'jpeg', quality: 82 });
}
