/// <reference lib="dom" />
import { basename } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { startIdentityProvider, type IdentityProvider } from './identity-provider.ts';
import { openPageWorld, photographs, pick, untilReady, type PageWorld } from './open-page.ts';

let provider: IdentityProvider;
let world: PageWorld;
beforeAll(async () => {
  provider = await startIdentityProvider();
  world = await openPageWorld({
    PAGE_OIDC_AUTHORITY: provider.issuer,
    PAGE_OIDC_CLIENT_ID: provider.clientId,
    AUTH_JWKS_URL: provider.jwksUrl,
    AUTH_AUDIENCE: 'darkroom',
  });
  provider.serve(world.stack.page);
}, 180_000);
afterAll(async () => {
  await world.close();
  await provider.close();
});

const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in' });

/** Says who one is, and yes, on the provider's pages. */
async function logIn(page: Page, name: string): Promise<void> {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** A further tab of the same browser. */
async function openTab(context: BrowserContext, path = '/'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(world.stack.page + path);
  return page;
}

describe('signing in by an OpenID provider', () => {
  it('comes back to the page one wanted, renews its token, knows one in a new tab, and signs out', async () => {
    const { page, context, complaints } = await world.visit();
    await page.goto(`${world.stack.page}/statistics`);
    await signInButton(page).click();
    await logIn(page, 'mia');
    await page.waitForURL(`${world.stack.page}/statistics`);
    await page.getByRole('heading', { name: 'Statistics' }).waitFor();
    await page.getByRole('button', { name: 'Signed in as mia of the provider' }).waitFor();
    await page.getByRole('link', { name: 'Images', exact: true }).click();
    const file = (await photographs())[0]!;
    await pick(page, [file]);
    await untilReady(page, [basename(file)]);

    // A token that the API refuses, as an expired one is.
    await page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
      const user = JSON.parse(sessionStorage.getItem(key) ?? '{}') as { access_token: string };
      const [head, body] = user.access_token.split('.');
      sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: `${head}.${body}.forged` }));
    });
    const renewal = page.waitForRequest(
      (request) =>
        request.url() === `${provider.issuer}/token` &&
        /grant_type=refresh_token/.test(request.postData() ?? ''),
    );
    await page.reload();
    await renewal;
    await page.locator('.tile img').waitFor();

    const tab = await openTab(context, '/categories');
    await tab.getByRole('heading', { name: 'Categories' }).waitFor(); // by way of the provider, unasked
    expect(new URL(tab.url()).pathname).toBe('/categories');
    await tab.close();

    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.getByRole('button', { name: /^Yes/ }).click();
    await page.waitForURL(`${world.stack.page}/**`);
    await signInButton(page).waitFor();
    const later = await openTab(context);
    await signInButton(later).waitFor();
    expect(await later.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      'token',
    );
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('says so when the provider says no, or does not answer', async () => {
    const { page, context } = await world.visit();
    await signInButton(page).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.getByRole('link', { name: /cancel/i }).click();
    await page.getByText('Signing in did not work').waitFor();
    expect(page.url()).toBe(`${world.stack.page}/`);
    await page.route(`${provider.issuer}/**`, (route) => route.abort());
    await page.reload();
    await signInButton(page).click();
    await page.getByText('Signing in did not work').waitFor();
    await context.close();
  }, 120_000);

  it('gives no token by name alone', async () => {
    const answer = await fetch(`${world.stack.page}/api/local/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"sub":"mia"}',
    });
    expect(answer.status).toBe(404);
  });
});
