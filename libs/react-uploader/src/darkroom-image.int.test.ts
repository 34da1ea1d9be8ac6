/// <reference lib="dom" />
import path from 'node:path';
import type { ImageBody } from '@darkroom/upload-client';
import { accessibilityViolations, Client, waitFor } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { openWorld, type World } from './fixture/open-world.fixture.ts';

const samples = path.resolve(import.meta.dirname, '../../../samples');

let world: World;
let images: ImageBody[];
beforeAll(async () => {
  world = await openWorld();
  const client = await Client.of(world.stack, 'photographer');
  images = await Promise.all(
    ['forest-path.jpg', 'ladybird.jpg'].map(async (name) => {
      const image = await client.upload(path.join(samples, name), 'image/jpeg');
      return { ...image, alt_text: `What ${name} shows` };
    }),
  );
}, 240_000);
afterAll(() => world.close());

const widths = (page: Page) =>
  page.evaluate(() =>
    [...document.images].map(({ complete, naturalWidth }) => (complete ? naturalWidth : 0)),
  );
const settled = (page: Page) =>
  waitFor(() => page.evaluate(() => document.querySelectorAll('[data-state=loaded]').length === 2), {
    what: 'both pictures',
  });
/** The width in pixels of the variant that each picture took. */
const picked = (page: Page) =>
  page.evaluate(
    (widthOf) => [...document.images].map(({ currentSrc }) => widthOf[currentSrc]),
    Object.fromEntries(images.flatMap(({ variants }) => variants.map(({ url, width }) => [url, width]))),
  );
/** The sum of all layout shifts so far: https://wicg.github.io/layout-instability/ */
const layoutShift = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number }[];
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
      }),
  );

describe('<DarkroomImage>', () => {
  it.each([
    ['from a script', false, 'light'],
    ['from a server, with a policy that takes its style attributes', true, 'dark'],
  ] as const)(
    'holds its place: nothing moves, %s',
    async (_, fromServer, colorScheme) => {
      const { page, context, complaints } = await world.visit(
        { show: 'images', images, fromServer },
        { colorScheme, viewport: { width: 700, height: 2000 } },
      );
      await settled(page);
      expect(await layoutShift(page)).toBe(0);
      await page.evaluate(() => document.querySelector('main')?.prepend(document.createElement('hr')));
      expect(await layoutShift(page)).toBeGreaterThan(0); // it would have been seen
      const shapes = await page
        .locator('.darkroom-image')
        .evaluateAll((all) => all.map((element) => element.clientWidth / element.clientHeight));
      shapes.forEach((shape, n) => expect(shape).toBeCloseTo(images[n]!.width! / images[n]!.height!, 2));
      expect(await page.getByRole('img', { name: 'What ladybird.jpg shows' }).count()).toBe(1);
      const styleRefused = /style/;
      expect(complaints.filter((text) => !(fromServer && styleRefused.test(text)))).toEqual([]);
      expect(await page.evaluate(() => (window as unknown as { complaints: string[] }).complaints)).toEqual(
        [],
      );
      await context.close();
    },
    60_000,
  );

  it('takes the variant that fits the place and the screen', async () => {
    const take = async (sizes: string | undefined, width: number, deviceScaleFactor: number) => {
      const { page, context } = await world.visit(
        { show: 'images', images, ...(sizes === undefined ? {} : { sizes }) },
        { viewport: { width, height: 2000 }, deviceScaleFactor },
      );
      await settled(page);
      const taken = await picked(page);
      await context.close();
      return taken[1];
    };
    const ladybird = images[1]!.variants.map(({ width }) => width).toSorted((a, b) => a - b);
    const fitting = (pixels: number) => ladybird.find((width) => width >= pixels);
    expect(await take('140px', 700, 1)).toBe(fitting(140));
    expect(await take('140px', 700, 2)).toBe(fitting(280));
    expect(await take('100vw', 1000, 1)).toBe(fitting(1000));
    expect(await take(undefined, 390, 1)).toBe(fitting(358)); // measured: the page's own width less its margins
  }, 60_000);

  it('shows the placeholder until the picture is there', async () => {
    const { page, context } = await world.visit({ show: 'images', images, loading: 'eager' });
    await settled(page);
    const release: (() => void)[] = [];
    await page.route('**/*.webp*', async (route) => {
      await new Promise<void>((resolve) => release.push(resolve));
      await route.continue();
    });
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.locator('[data-state=loading]').first().waitFor();
    const coloursOf = () =>
      page.locator('canvas').evaluateAll((canvases) =>
        (canvases as HTMLCanvasElement[]).map((canvas) => {
          const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return new Set(pixels).size;
        }),
      );
    await waitFor(async () => (await coloursOf()).every((colours) => colours > 10), {
      what: 'all placeholders to be painted',
    });
    const painted = await coloursOf();
    expect(painted).toHaveLength(2);
    for (const colours of painted) expect(colours).toBeGreaterThan(10);
    await waitFor(() => release.length > 0, { what: 'pictures to be asked for' });
    for (const go of release) go();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await settled(page);
    expect((await widths(page)).every((width) => width > 0)).toBe(true);
    await context.close();
  }, 60_000);

  it('shows the placeholder of another image until its picture is there', async () => {
    const { page, context } = await world.visit({ show: 'carousel', images });
    const picture = page.locator('.darkroom-image');
    const inState = (state: string) => page.locator(`.darkroom-image[data-state=${state}]`).waitFor();
    await inState('loaded');
    const released = Promise.withResolvers<undefined>();
    await page.route('**/*.webp*', async (route) => {
      await released.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('img', { name: 'What ladybird.jpg shows' }).waitFor({ state: 'attached' });
    expect(await picture.getAttribute('data-state')).toBe('loading');
    released.resolve(undefined);
    await inState('loaded');
    await context.close();
  }, 60_000);

  it('says what it would have shown where the address does not work, and waits to be seen by default', async () => {
    const broken = images.map((image, n) =>
      n === 0
        ? { ...image, variants: image.variants.map((variant) => ({ ...variant, url: `${variant.url}x` })) }
        : image,
    );
    const { page, context } = await world.visit({ show: 'images', images: broken });
    const missing = page.getByRole('img', { name: 'What forest-path.jpg shows' });
    await page.locator('[data-state=broken]').waitFor();
    expect(await missing.count()).toBe(1);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await page.locator('img').first().getAttribute('loading')).toBe('lazy');
    await context.close();
  }, 60_000);
});
