/// <reference lib="dom" />
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchBrowser, startStack, waitFor, type TestStack } from '@darkroom/testing';
import type { Browser, Page } from 'playwright-core';
import { startIdentityProvider, type IdentityProvider } from '../page/identity-provider.ts';
import { writeProject } from './code-blocks.ts';
import { installProject, pack } from './packages.ts';
import { serveFolder, type ServedFolder } from './serve-folder.ts';
import { buildByVite, viteTools } from './vite-project.ts';

const photograph = resolve(import.meta.dirname, '../../../samples/ladybird.jpg');

let folder: string;
let provider: IdentityProvider;
let stack: TestStack;
let browser: Browser;
let served: ServedFolder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-guide-oidc-'));
  await chmod(folder, 0o755);
  provider = await startIdentityProvider('shop');
  const env = { AUTH_JWKS_URL: provider.jwksUrl, AUTH_ISSUER: provider.issuer, AUTH_AUDIENCE: 'darkroom' };
  stack = await startStack({ env });
  browser = await launchBrowser();
  served = await serveFolder(join(folder, 'oidc/dist'));
  provider.serve(served.origin);
  await installProject(folder, {
    '@darkroom/upload-client': `file:${(await pack('upload-client', folder)).tarball}`,
    'oidc-client-ts': '3.5.0',
    ...viteTools,
  });
  await mkdir(join(folder, 'oidc'));
  await writeProject('oidc', join(folder, 'oidc'), (await stack.describe()).api, provider.issuer);
  await buildByVite(folder, 'oidc');
}, 300_000);
afterAll(async () => {
  served.close();
  await browser.close();
  await stack.close();
  await provider.close();
  await rm(folder, { recursive: true });
});

/** Says who one is, and yes, on the provider's pages. */
async function logIn(page: Page, name: string): Promise<void> {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

it('docs/guide/front-end.md: a page signs in by a provider, and uploads with its access tokens', async () => {
  const page = await browser.newPage();
  const tokens: string[] = [];
  page.on('request', (request) => {
    const { authorization } = request.headers();
    if (request.url().endsWith('/images/presigned-url') && authorization !== undefined) {
      tokens.push(authorization.slice('Bearer '.length));
    }
  });
  await page.goto(served.origin);
  await logIn(page, 'mia');
  await page.locator('#who').getByText('mia').waitFor();
  expect(new URL(page.url()).search).toBe('');
  await page.locator('#file').setInputFiles(photograph);
  const isPicture = ({ naturalWidth }: HTMLImageElement) => naturalWidth >= 300;
  await waitFor(() => page.evaluate(`[...document.images].some(${String(isPicture)})`).then(Boolean), {
    what: 'the picture of a variant',
    timeoutMs: 90_000,
  });
  const [, claims = ''] = tokens[0]?.split('.') ?? [];
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    sub: 'mia',
    iss: provider.issuer,
    aud: 'darkroom',
  });
}, 180_000);
