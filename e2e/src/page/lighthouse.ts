/// <reference lib="dom" />
import { basename } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import { launchBrowser, type TestStack } from '@darkroom/testing';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium, type Browser } from 'playwright-core';
import { photographs, pick, signIn, untilReady } from './open-page.ts';

type Device = 'phone' | 'desktop';
const allScreens = ['sign-in', 'gallery', 'image', 'statistics'] as const;
type Screen = (typeof allScreens)[number];
export type Category = 'performance' | 'accessibility' | 'best-practices';

export interface Audit {
  readonly screen: Screen;
  readonly device: Device;
  /** 0 to 100. */
  readonly scores: Readonly<Partial<Record<Category, number>>>;
  /** Lighthouse's index of this machine's speed: a fast laptop has 1,500 to 2,000. */
  readonly benchmarkIndex: number;
  /** What cost points, each with its share. */
  readonly complaints: readonly string[];
}

interface AuditOptions {
  readonly stack: TestStack;
  readonly categories: readonly Category[];
  readonly devices: readonly Device[];
  /** How much slower than this machine the phone's processor is; 4 where left out, as Lighthouse has it. */
  readonly phoneSlowdown?: number;
  /** All where left out. */
  readonly screens?: readonly Screen[];
}

/**
 * Off, as Puppeteer has it: Chromium draws its address bar's menus as pages of their own, in each new window, and on a small
 * machine they take the processor from the page that is measured.
 */
const addressBarPages = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/**
 * Lighthouse over the screens of the built page: sign-in, gallery, one image, statistics. Signed in, with photographs,
 * in a browser of its own, whose profile Lighthouse keeps.
 */
export async function auditScreens(options: AuditOptions): Promise<Audit[]> {
  const { stack, categories, devices, phoneSlowdown, screens = allScreens } = options;
  const port = await freePort();
  const browser = await launchBrowser([
    `--remote-debugging-port=${port}`,
    `--disable-features=${addressBarPages.join(',')}`,
  ]);
  try {
    const audits: Audit[] = [];
    const run = async (screen: Screen, url: string) => {
      if (!screens.includes(screen)) return;
      for (const device of devices) {
        audits.push(await audit({ screen, url, device, categories, phoneSlowdown, port }));
      }
    };
    await run('sign-in', stack.page);
    const image = await prepare(port, stack.page);
    await run('gallery', stack.page);
    await run('image', image);
    await run('statistics', `${stack.page}/statistics`);
    return audits;
  } finally {
    await browser.close();
  }
}

/** Signs in and uploads in the profile that Lighthouse looks at. Answers the address of an image. */
async function prepare(port: number, address: string): Promise<string> {
  const attached: Browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const context = attached.contexts()[0] ?? (await attached.newContext());
  const page = await context.newPage();
  await page.goto(address);
  await signIn(page, 'lighthouse');
  const photos = await photographs();
  await pick(page, photos);
  await untilReady(
    page,
    photos.map((path) => basename(path)),
  );
  const link = await page.locator('.tile__link').first().getAttribute('href');
  await page.close();
  return new URL(link ?? '/', address).href;
}

interface OneAudit {
  readonly screen: Screen;
  readonly url: string;
  readonly device: Device;
  readonly categories: readonly Category[];
  readonly phoneSlowdown: number | undefined;
  readonly port: number;
}

async function audit(one: OneAudit): Promise<Audit> {
  const { screen, url, device, categories, phoneSlowdown, port } = one;
  await forgetFiles(port);
  const result = await lighthouse(
    url,
    {
      port,
      onlyCategories: [...categories],
      disableStorageReset: true, // who signed in stays so
      logLevel: 'error',
      maxWaitForLoad: 15_000, // the live stream never ends
      ...(device === 'phone' && phoneSlowdown !== undefined
        ? { throttling: { cpuSlowdownMultiplier: phoneSlowdown } }
        : {}),
    },
    device === 'desktop' ? desktopConfig : undefined,
  );
  if (result === undefined) throw new Error(`Lighthouse has no result for ${url}`);
  const { lhr } = result;
  const scores = Object.fromEntries(
    Object.values(lhr.categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]),
  );
  const complaints = Object.values(lhr.audits)
    .filter(({ score }) => score !== null && score < 1)
    .map(({ id, score, displayValue = '' }) => `${id} ${score} ${displayValue}`.trim());
  return { screen, device, scores, benchmarkIndex: lhr.environment.benchmarkIndex, complaints };
}

/** The browser forgets the files that it has kept, and nothing else: each audit is a first visit. */
async function forgetFiles(port: number): Promise<void> {
  const attached = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const context = attached.contexts()[0] ?? (await attached.newContext());
  const page = await context.newPage();
  const tab = await context.newCDPSession(page);
  await tab.send('Network.clearBrowserCache');
  await page.close();
}
