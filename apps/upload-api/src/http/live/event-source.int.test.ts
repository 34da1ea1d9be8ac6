import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  launchBrowser,
  testDatabase,
  testS3,
  waitFor,
  type TestDatabase,
  type TestS3,
} from '@darkroom/testing';
import { migrate, startTestApi, tokenFor, type TestApi } from '../api.fixture.ts';
import { serve, type HttpServer } from '../serve.ts';
import { changeImage, insertImage, newOwner, timelineOf } from './live.fixture.ts';

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

/** What the page of the test keeps. */
interface Page {
  token: () => Promise<string>;
  heard: { image_id: string; seq: number }[];
  sources: EventSource[];
  follow: (
    path: string,
    onEntry: (entry: Page['heard'][number]) => void,
    onReset: () => void,
  ) => Promise<void>;
}

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let page: HttpServer;
let browser: Browser;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  page = await serve(
    (_request, response) => response.setHeader('content-type', 'text/html').end('<p>'),
    0,
    '127.0.0.1',
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await Promise.all([api.close(), page.close(1_000)]);
  await Promise.all([store.close(), database.close()]);
});

/** The function `follow` of the guide, as it stands there, for a page of another origin. */
async function followOfGuide(): Promise<string> {
  const guide = await readFile(join(import.meta.dirname, '../../../../../docs/guide/live.md'), 'utf8');
  const code = /```js\n(async function follow[^]*?)```/.exec(guide)?.[1] ?? '';
  return code.replace("'/api/tickets'", `'${api.url}/tickets'`);
}

it('is followed by EventSource as the guide says, from a page of another origin, and goes on when it has ended', async () => {
  const owner = newOwner();
  const tab = await browser.newPage();
  await tab.goto(`http://localhost:${page.port}/`);
  const now = Math.floor(Date.now() / 1_000); // and five seconds more, for clocks that differ
  const tokens = await Promise.all([tokenFor(owner, { exp: now }), tokenFor(owner)]);
  await tab.addScriptTag({ content: `${await followOfGuide()}; globalThis.follow = follow;` });
  await tab.evaluate(
    ([url = '', first = '', later = '']) => {
      const here = globalThis as unknown as Page;
      const Original = EventSource;
      here.sources = [];
      globalThis.EventSource = class extends Original {
        constructor(path: string | URL) {
          super(path);
          here.sources.push(this);
        }
      };
      here.token = async () => (here.sources.length === 0 ? first : later);
      here.heard = [];
      return here.follow(
        url,
        (entry) => here.heard.push(entry),
        () => here.heard.splice(0),
      );
    },
    [`${api.url}/events`, ...tokens],
  );
  const opened = () =>
    tab.evaluate(() => (globalThis as unknown as Page).sources.map(({ readyState }) => readyState));
  const heard = () => tab.evaluate(() => (globalThis as unknown as Page).heard);
  await waitFor(async () => (await opened()).at(-1) === 1, { what: 'the stream' });
  const { id } = await insertImage(api, owner);
  await changeImage(api, id, 0);
  await waitFor(async () => (await heard()).length === 3, { what: 'the first entries' });
  // The token expires; EventSource comes again with its used ticket, is refused, and the page gets another one
  await waitFor(async () => (await opened()).at(0) === 2, { what: 'the end of the first stream' });
  await changeImage(api, id, 1);
  await waitFor(async () => (await opened()).at(1) === 1, { what: 'the second stream' });
  await changeImage(api, id, 2);
  const written = await timelineOf(api, id);
  await waitFor(async () => (await heard()).length >= written.length, {
    what: 'all entries',
    timeoutMs: 30_000,
  });
  expect(await heard()).toEqual(written.map((entry) => ({ image_id: id, ...entry })));
  await tab.close();
});
