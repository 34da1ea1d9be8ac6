import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { packedChromium } from './packed-chromium.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * A real Chromium: the one that `CHROMIUM_PATH` names, else the system's, else (Linux on x64) the one that the
 * `@sparticuz/chromium` package carries. `more`: arguments for it. Throws, with what to do, where there is none. The
 * caller closes it.
 */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const args = ['--no-sandbox', ...more];
  const system = process.env['CHROMIUM_PATH'] ?? systemChromium();
  if (system !== undefined) return chromium.launch({ executablePath: system, args });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no Chromium found: install Chromium or Chrome, or name one in CHROMIUM_PATH');
  }
  const { executablePath, env } = await packedChromium();
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
}

function systemChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), macChrome].find(runnable);
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
