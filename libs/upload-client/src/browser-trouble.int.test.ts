import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { openBrowserWorld, signedIn, type BrowserWorld, type Globals } from './browser.fixture.ts';
import type { UploadPhase } from './upload-state.ts';

/** Longer than an upload takes, and short enough to be waited for. */
const expiryMs = 8_000;
/** A bad line is of use only while more is on its way than the connection's own buffers take. */
const someBytes = 100_000;

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld({ UPLOAD_EXPIRY_MS: String(expiryMs) });
}, 180_000);
afterAll(() => world.close());

interface TroubleGlobals extends Globals {
  readonly token: () => Promise<string>;
  readonly trouble: {
    readonly seen: { phases: UploadPhase[]; stalled: boolean };
    readonly ready: Promise<{ id: string; title: string; variants: number }>;
  };
}

/** Starts the upload of a photograph, and keeps what is seen of it on the window. */
async function startUpload(page: Page, stallMs = 30_000): Promise<void> {
  await page.evaluate(
    async ({ apiBase, patience }) => {
      const { uploadClient, token } = window as unknown as TroubleGlobals;
      const bytes = await (await fetch('/photograph.jpg')).blob();
      const file = new File([bytes], 'ladybird.jpg', { type: 'image/jpeg' });
      const uploader = uploadClient.createUploader({ apiBase, token, stallMs: patience });
      const upload = uploader.upload(file, { category: 1, title: 'In spite of all' });
      const seen = { phases: [] as string[], stalled: false };
      upload.subscribe(({ phase, stalled }) => {
        if (seen.phases.at(-1) !== phase) seen.phases.push(phase);
        if (stalled) seen.stalled = true;
      });
      const ready = upload.ready.then(({ id, title, variants }) => ({
        id,
        title,
        variants: variants.length,
      }));
      ready.catch(() => undefined);
      Object.assign(window, { trouble: { seen, ready } });
    },
    { apiBase: world.apiBase, patience: stallMs },
  );
}

const outcome = (page: Page) =>
  page.evaluate(async () => {
    const { ready, seen } = (window as unknown as TroubleGlobals).trouble;
    return { ...(await ready), ...seen };
  });

/** Status codes of the answers to one kind of call. */
function answersTo(page: Page, part: string): number[] {
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes(part) && response.request().method() === 'POST')
      statuses.push(response.status());
  });
  return statuses;
}

async function imagesOf(page: Page): Promise<{ id: string; status: string }[]> {
  return page.evaluate(async (apiBase) => {
    const { token } = window as unknown as TroubleGlobals;
    const headers = { authorization: `Bearer ${await token()}` };
    const lists = ['uploading', 'completed', 'failed'].map(async (status) => {
      const answer = await fetch(`${apiBase}/images?status=${status}`, { headers });
      return ((await answer.json()) as { items: { id: string; status: string }[] }).items;
    });
    return (await Promise.all(lists)).flat();
  }, world.apiBase);
}

/** An HS256 token, made here because a program that makes one takes seconds of its life. */
function tokenOf(subject: string, seconds: number, secret: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ sub: subject, iat: now, exp: now + seconds })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

describe('an upload in Chromium, in spite of', () => {
  it('a network that is cut in the middle', async () => {
    const page = await world.visit();
    await signedIn(page, 'cut', world.apiBase);
    const before = world.line.cuts;
    world.line.cut(3, someBytes); // Chromium itself tries once more where a connection was used before
    await startUpload(page);
    const { id, title, variants, phases, stalled } = await outcome(page);
    expect(world.line.cuts - before).toBe(3);
    expect({ title, variants, stalled }).toEqual({ title: 'In spite of all', variants: 5, stalled: true });
    expect(phases.at(-1)).toBe('ready');
    expect(await imagesOf(page)).toMatchObject([{ id, status: 'completed' }]);
    await page.close();
  }, 120_000);

  it('a proxy that swallows the stream of events', async () => {
    const page = await world.visit();
    await page.route('**/api/events', () => undefined); // never answered
    await signedIn(page, 'proxied', world.apiBase);
    await startUpload(page);
    const { variants, phases } = await outcome(page);
    expect({ variants, last: phases.at(-1) }).toEqual({ variants: 5, last: 'ready' });
    await page.close();
  }, 120_000);

  it('a connection over which nothing moves any more', async () => {
    const page = await world.visit();
    await signedIn(page, 'stalled', world.apiBase);
    world.line.hold();
    await startUpload(page, 1_000);
    await page.waitForFunction(() => (window as unknown as TroubleGlobals).trouble.seen.stalled);
    world.line.release();
    const { id, variants } = await outcome(page);
    expect(variants).toBe(5);
    expect(await imagesOf(page)).toMatchObject([{ id, status: 'completed' }]);
    await page.close();
  }, 120_000);

  it('a policy that expires while the file is on its way', async () => {
    const page = await world.visit();
    await signedIn(page, 'slow', world.apiBase);
    const presigned = answersTo(page, '/images/presigned-url');
    const stored = answersTo(page, world.line.origin);
    world.line.hold();
    await startUpload(page);
    await world.line.untilHeld(someBytes);
    const expired = Date.now() + expiryMs;
    await waitFor(() => Promise.resolve(Date.now() > expired), {
      what: 'the policy to expire',
      timeoutMs: 30_000,
    });
    world.line.release();
    const { id, variants, phases } = await outcome(page);
    expect(variants).toBe(5);
    expect(stored).toEqual([403, 204]);
    expect(presigned).toEqual([200, 200]);
    expect(phases.filter((phase) => phase === 'preparing')).toHaveLength(2);
    expect(await imagesOf(page)).toMatchObject([{ id, status: 'completed' }]); // one Idempotency-Key, one image
    await page.close();
  }, 120_000);

  it('a token that expires while the file is on its way', async () => {
    const page = await world.visit();
    const { jwtSecret } = JSON.parse(
      await readFile(path.join(world.stack.dataDir, 'secrets.json'), 'utf8'),
    ) as {
      jwtSecret: string;
    };
    const given: string[] = [];
    await page.exposeFunction('token', () => {
      // The first is good for six seconds from when it is asked for, since the API is lenient by five.
      const token = tokenOf('sleepy', given.length === 0 ? 1 : 600, jwtSecret);
      given.push(token);
      return token;
    });
    const completed = answersTo(page, '/images/upload-complete/');
    world.line.hold();
    await startUpload(page);
    await world.line.untilHeld(someBytes);
    await waitFor(
      async () => {
        const headers = { authorization: `Bearer ${given[0]}` };
        return (await fetch(`${world.apiBase}/images`, { headers })).status === 401;
      },
      { what: 'the token to expire', timeoutMs: 30_000 },
    );
    world.line.release();
    const { variants, title } = await outcome(page);
    expect({ variants, title }).toEqual({ variants: 5, title: 'In spite of all' });
    expect(completed).toEqual([401, 200]);
    expect(given).toHaveLength(2);
    await page.close();
  }, 120_000);
});
