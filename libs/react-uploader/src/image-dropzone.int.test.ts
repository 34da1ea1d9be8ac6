/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { accessibilityViolations as violations, waitFor } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { openWorld, type World } from './fixture/open-world.fixture.ts';

const photograph = path.resolve(import.meta.dirname, '../../../samples/ladybird.jpg');
const name = path.basename(photograph);
const heic = path.resolve(import.meta.dirname, '../../adapter-image/fixtures/photo.heic');
const notes = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('just some text') };
const report = { name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') };

let world: World;
let s3: string;
beforeAll(async () => {
  world = await openWorld();
  s3 = (await world.stack.describe()).s3.endpoint;
}, 180_000);
afterAll(() => world.close());

type Files = Parameters<Page['setInputFiles']>[1];

async function pick(page: Page, files: Files, button = 'Choose files'): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).click(),
  ]);
  await chooser.setFiles(files);
}

/** As a browser tells of files that are dropped on, or pasted into, what the selector finds. */
async function give(page: Page, how: 'drop' | 'paste', selector: string, filename = name): Promise<void> {
  const base64 = await readFile(photograph, 'base64');
  await page.evaluate(
    ({ how, selector, filename, base64 }) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([bytes], filename, { type: 'image/jpeg' }));
      const target = document.querySelector(selector);
      const init = { bubbles: true, cancelable: true };
      if (how === 'paste') {
        target?.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: transfer }));
        return;
      }
      for (const type of ['dragenter', 'dragover', 'drop']) {
        target?.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: transfer }));
      }
    },
    { how, selector, filename, base64 },
  );
}

const row = (page: Page, filename = name) =>
  page.locator('li.darkroom-upload', { has: page.getByText(filename, { exact: true }) });
const inPhase = (page: Page, phase: string, filename = name) =>
  page.locator(`li.darkroom-upload[data-phase=${phase}]`, { hasText: filename }).waitFor({ timeout: 60_000 });

/** Keeps what is sent to S3 from arriving, until what this answers is called. */
async function holdUploads(page: Page): Promise<() => Promise<void>> {
  const held: (() => void)[] = [];
  await page.route(`${s3}/**`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await new Promise<void>((resolve) => held.push(resolve));
    return route.continue().catch(() => undefined); // cancelled meanwhile
  });
  return async () => {
    for (const release of held) release();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  };
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent;
  });

describe('<ImageDropzone> takes files', () => {
  it('from the picker, with limits told before and real progress, and says when they are ready', async () => {
    const { page, context, complaints } = await world.visit({ stages: true });
    await page.getByText(/JPEG, .*up to \d+ MB each/).waitFor();
    const presigns: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes('presigned-url'))
        presigns.push(request.url());
    });
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const bar = document.querySelector('progress');
        if (bar !== null && bar.value > 0) seen.push(bar.value / bar.max);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 400_000,
    });
    await pick(page, photograph);
    await inPhase(page, 'sending');
    await row(page).getByText(/of \d/).waitFor();
    await inPhase(page, 'ready');
    await page.getByText('1 of 1 ready').waitFor();
    await page.getByRole('status').getByText(`${name} is ready`).waitFor();
    await page.getByTestId('ready').getByText('1').waitFor();
    const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
    expect(seen.some((part) => part < 1)).toBe(true);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await row(page).locator('[data-stage][data-state=done]').count()).toBe(4);
    expect(presigns).toHaveLength(1); // once, in StrictMode too
    expect(await page.evaluate(() => (window as unknown as { tokens: number }).tokens)).toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('by drop and by paste, on the zone or anywhere on the page', async () => {
    const { page, context, complaints } = await world.visit({ category: 1 });
    await give(page, 'drop', '.darkroom-drop', 'dropped.jpg');
    await give(page, 'paste', '.darkroom-drop button', 'pasted.jpg');
    await give(page, 'paste', 'body', 'pasted-without-focus.jpg');
    await give(page, 'paste', 'label input', 'into-a-field.jpg');
    await give(page, 'drop', 'h1', 'beside.jpg');
    await inPhase(page, 'ready', 'dropped.jpg');
    await inPhase(page, 'ready', 'pasted.jpg');
    await inPhase(page, 'ready', 'pasted-without-focus.jpg');
    expect(await row(page, 'into-a-field.jpg').count()).toBe(0);
    expect(await row(page, 'beside.jpg').count()).toBe(0);
    await context.close();

    const whole = await world.visit({ category: 1, wholePage: true });
    await give(whole.page, 'drop', 'h1', 'dropped.jpg');
    await give(whole.page, 'paste', 'body', 'pasted.jpg');
    await give(whole.page, 'paste', 'label input', 'into-a-field.jpg');
    await inPhase(whole.page, 'ready', 'dropped.jpg');
    await inPhase(whole.page, 'ready', 'pasted.jpg');
    expect(await whole.page.locator('li.darkroom-upload').count()).toBe(2);
    expect([...complaints, ...whole.complaints]).toEqual([]);
    await whole.context.close();
  }, 120_000);

  it('keeps what is dropped before it knows the categories', async () => {
    const { page, context } = await world.visit({});
    let answer = () => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/images/categories', async (route) => {
      await asked;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Toggle' }).click();
    await page.getByRole('button', { name: 'Toggle' }).click();
    await give(page, 'drop', '.darkroom-drop');
    expect(await row(page).count()).toBe(0);
    answer();
    await inPhase(page, 'ready');
    await context.close();
  }, 120_000);

  it('shows what the browser cannot read as soon as there is a variant to show', async () => {
    const { page, context, complaints } = await world.visit({});
    await pick(page, { name: 'photo.heic', mimeType: '', buffer: await readFile(heic) });
    await inPhase(page, 'ready', 'photo.heic');
    await waitFor(
      () =>
        row(page, 'photo.heic')
          .locator('img')
          .evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
      { what: 'the thumbnail' },
    );
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('from the camera, on what is touched', async () => {
    const desk = await world.visit({});
    expect(await desk.page.getByRole('button', { name: 'Take a photo' }).count()).toBe(0);
    await desk.context.close();
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, context } = await world.visit({}, phone);
    const input = page.locator('input[capture]');
    expect(await input.getAttribute('capture')).toBe('environment');
    await pick(page, photograph, 'Take a photo');
    await inPhase(page, 'ready');
    await context.close();
  }, 120_000);
});

describe('<ImageDropzone>, when it does not go as wished', () => {
  it('cancels and tries again, and focus stays with the file', async () => {
    const { page, context } = await world.visit({});
    const release = await holdUploads(page);
    await pick(page, photograph);
    await inPhase(page, 'sending');
    await page.getByRole('button', { name: `Cancel ${name}` }).focus();
    await page.keyboard.press('Enter');
    await row(page).getByText('Cancelled').waitFor();
    expect(await focused(page)).toBe(`Try ${name} again`);
    await release();
    await page.keyboard.press('Enter');
    await inPhase(page, 'ready');
    await page.getByRole('button', { name: `Remove ${name} from this list` }).focus();
    await page.keyboard.press('Enter');
    await row(page).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Upload images');
    await context.close();
  }, 120_000);

  it('tries again after a failure, when asked', async () => {
    const { page, context } = await world.visit({});
    await page.route('**/images/presigned-url', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: '{"code":"unauthorized"}',
      }),
    );
    await pick(page, photograph);
    await row(page).getByText('You are no longer signed in. Sign in and try again.').waitFor();
    await page.getByRole('status').getByText('You are no longer signed in').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: `Try ${name} again` }).click();
    await inPhase(page, 'ready');
    await context.close();
  }, 120_000);

  it.each([
    ['en', 'Choose files', 'This is not an image', 'Files of this kind are not accepted', '0 of 2 ready'],
    [
      'ko',
      '파일 선택',
      '이 파일은 이미지가 아닙니다',
      '이 종류의 파일을 사용할 수 없습니다',
      '2개 중 0개 완료',
    ],
  ] as const)(
    'says why in words: %s',
    async (locale, choose, noImage, wrongKind, summary) => {
      const { page, context } = await world.visit({ locale });
      await pick(page, [notes, report], choose);
      await row(page, 'notes.jpg').getByText(noImage).waitFor();
      await row(page, 'report.pdf').getByText(wrongKind).waitFor();
      await page.getByText(summary).waitFor();
      expect(await page.locator('.darkroom').getAttribute('lang')).toBe(locale);
      await context.close();
    },
    120_000,
  );

  it('says when nothing can be uploaded, and looks again when asked', async () => {
    const { page, context } = await world.visit({});
    await page.route('**/images/categories', (route) => route.abort());
    await page.getByRole('button', { name: 'Toggle' }).click();
    await page.getByRole('button', { name: 'Toggle' }).click();
    await page.getByRole('alert').getByText('not possible just now').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Upload images',
    );
    await context.close();
  }, 120_000);

  it('ends what is being sent when it is taken off the page', async () => {
    const { page, context } = await world.visit({});
    await holdUploads(page);
    await pick(page, photograph);
    await inPhase(page, 'sending');
    const cut = page.waitForEvent('requestfailed', (request) => request.url().startsWith(s3));
    await page.getByRole('button', { name: 'Toggle' }).click();
    await cut;
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: 'Toggle' }).click();
    await pick(page, photograph);
    await inPhase(page, 'ready');
    await context.close();
  }, 120_000);
});

describe('the keyboard alone', () => {
  it('chooses, follows, and clears', async () => {
    const { page, context } = await world.visit({});
    await page.getByText(/up to/).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, 'Choose files');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles([photograph]);
    await inPhase(page, 'ready');
    await tabTo(page, 'Clear finished');
    await page.keyboard.press('Enter');
    await row(page).waitFor({ state: 'detached' });
    await context.close();
  }, 120_000);
});

const ground = (page: Page) =>
  page.locator('.darkroom-drop').evaluate((zone) => getComputedStyle(zone).backgroundColor);
const grounds = { light: 'rgb(255, 255, 255)', dark: 'rgb(28, 28, 28)' };

describe('light and dark', () => {
  it.each([
    ['light', 'light', undefined],
    ['dark', 'dark', undefined],
    ['light', 'dark', 'light'],
    ['dark', 'light', 'dark'],
  ] as const)('is %s where the system says %s and the page %s', async (shown, colorScheme, theme) => {
    const { page, context } = await world.visit(theme === undefined ? {} : { theme }, { colorScheme });
    expect(await ground(page)).toBe(grounds[shown]);
    await context.close();
  });
});

describe('WCAG 2.2 AA as axe sees it', () => {
  it.each([
    ['light', 900, {}],
    ['dark', 390, { theme: 'dark' }],
  ] as const)(
    'finds nothing in any state, %s, %d wide',
    async (shown, width, scene) => {
      const { page, context } = await world.visit(
        { stages: true, ...scene },
        { colorScheme: 'light', viewport: { width, height: 844 } },
      );
      await page.getByText(/up to/).waitFor();
      expect(await ground(page)).toBe(grounds[shown]);
      const found: Record<string, string[]> = { idle: await violations(page) };
      const release = await holdUploads(page);
      await pick(page, photograph);
      await inPhase(page, 'sending');
      found['uploading'] = await violations(page);
      await release();
      await inPhase(page, 'ready');
      found['done'] = await violations(page);
      await pick(page, [notes, report]);
      await inPhase(page, 'failed', 'notes.jpg');
      await inPhase(page, 'failed', 'report.pdf');
      found['failed'] = await violations(page);
      await page.locator('.darkroom-drop').dispatchEvent('dragenter', {
        dataTransfer: await page.evaluateHandle(() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(['x'], 'x.jpg', { type: 'image/jpeg' }));
          return transfer;
        }),
      });
      await page.getByText('Let go to upload').waitFor();
      found['dragging'] = await violations(page);
      expect(found).toEqual({ idle: [], uploading: [], done: [], failed: [], dragging: [] });
      await context.close();
    },
    120_000,
  );
});

describe('several categories', () => {
  it('are offered, each with its limits, and the one that was chosen counts', async () => {
    await world.stack.darkroom('categories', 'add', 'Icons', '--extensions', 'png', '--max-size', '1mb');
    const { page, context } = await world.visit({});
    await page.getByText(/JPEG, .*up to \d+ MB each/).waitFor();
    await page.getByLabel('Category').selectOption('Icons');
    await page.getByText('PNG, up to 1 MB each').waitFor();
    expect(await page.locator('input[type=file][multiple]').getAttribute('accept')).toBe('.png,image/png');
    await give(page, 'drop', '.darkroom-drop');
    await row(page).getByText('Files of this kind are not accepted').waitFor();
    await context.close();
  }, 120_000);
});

describe('from a server', () => {
  it('renders without a browser and is taken over without a word', async () => {
    const { page, context, complaints } = await world.visit({ fromServer: true });
    await page.getByText(/up to/).waitFor();
    await pick(page, photograph);
    await inPhase(page, 'ready');
    expect(await page.evaluate(() => (window as unknown as { complaints: string[] }).complaints)).toEqual([]);
    expect(complaints).toEqual([]);
    const html = await world.render({ show: 'dropzone', apiBase: '/api', token: '', locale: 'ko' });
    expect(html).toContain('파일 선택');
    await context.close();
  }, 120_000);
});

/** Presses Tab until focus is on what has this name, with a ring that can be seen. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(page)) === wanted) {
      const ring = await page.evaluate(
        () => getComputedStyle(document.activeElement as Element).outlineStyle,
      );
      expect(ring).not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches "${wanted}"`);
}
