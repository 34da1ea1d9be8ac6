/// <reference lib="dom" />
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { launchBrowser, startStack, type TestStack } from '@darkroom/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const samples = resolve(import.meta.dirname, '../../../samples');

/** Real photographs, with their paths. */
export async function photographs(): Promise<readonly string[]> {
  const names = await readdir(samples);
  return names
    .filter((name) => name.endsWith('.jpg'))
    .toSorted()
    .map((name) => join(samples, name));
}

/** What a page asked of others, and what it complained about. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Origins of every request so far. */
  readonly origins: ReadonlySet<string>;
  /** Errors of scripts, and violations of the content security policy. */
  readonly complaints: readonly string[];
}

export interface VisitOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** The language that the browser prefers. */
  readonly locale?: string;
}

export interface PageWorld {
  readonly stack: TestStack;
  readonly browser: Browser;
  /** A visitor with an empty browser profile, at the sign-in page. */
  visit(options?: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
}

/** A stack of its own, with these variables beside its own, and a browser. */
export async function openPageWorld(env?: Readonly<Record<string, string>>): Promise<PageWorld> {
  const stack = await startStack(env === undefined ? {} : { env });
  const browser = await launchBrowser().catch(async (error: unknown) => {
    await stack.close();
    throw error;
  });
  return {
    stack,
    browser,
    visit: async ({ width = 1280, colorScheme = 'light', locale = 'en-US' } = {}) => {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, locale });
      context.setDefaultTimeout(60_000); // a busy machine is slow, not broken
      const page = await context.newPage();
      const origins = new Set<string>();
      const complaints: string[] = [];
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
      });
      await page.goto(stack.page);
      return { page, context, origins, complaints };
    },
    close: async () => {
      await browser.close();
      await stack.close();
    },
  };
}

export async function signIn(page: Page, name: string, { admin = false } = {}): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  if (admin) await page.getByLabel('As an administrator').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /^(Your|All) images$/ }).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Name').waitFor();
}

/** By the file picker, as a click on "Choose files" opens it. */
export async function pick(page: Page, files: readonly string[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  await chooser.setFiles([...files]);
}

/** By drag and drop onto the page. */
export async function drop(page: Page, files: readonly string[]): Promise<void> {
  const contents = await Promise.all(
    files.map(async (path) => ({ name: basename(path), base64: await readFile(path, 'base64') })),
  );
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of dropped) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
    }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent(type, init));
    }
  }, contents);
}

/** The row of an upload, by file name. */
export const uploadRow = (page: Page, name: string) =>
  page.locator('li.darkroom-upload', { has: page.getByText(name, { exact: true }) });

export async function untilReady(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page
      .locator('li.darkroom-upload[data-phase=ready]', { hasText: name })
      .waitFor({ timeout: 60_000 });
  }
}

/** Uploads a photograph and opens its page. Answers its address. */
export async function uploadAndOpen(page: Page, file: string): Promise<string> {
  await pick(page, [file]);
  await untilReady(page, [basename(file)]);
  await page.getByRole('link', { name: `View ${basename(file)}` }).click();
  await page.getByRole('heading', { name: basename(file), level: 1 }).waitFor();
  return page.url();
}

/** Presses Tab until focus is on what has this name (its label or its text), with a ring that can be seen. */
export async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      const named = element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
      const ring = element === null ? 'none' : getComputedStyle(element).outlineStyle;
      return { named: element === document.body ? '' : named.trim(), ring };
    });
    if (focused.named === name) {
      expect(focused.ring).not.toBe('none');
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never reaches "${name}"`);
}
