import { newId } from '@darkroom/kernel';
import { Client, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from '../api.fixture.ts';
import { operationsOf, type DocumentedCall } from './documented-calls.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let calls: readonly DocumentedCall[];
let ids: Readonly<Record<string, string>>;

/** Answers of success, and those that need a state or a fault of their own; other tests bring them about. */
const elsewhere = ['200', '201', '202', '204', '302', '304', '409', '429', '500', '503'];

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  api = await startTestApi(places, { WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' });
  const root = new Client(api.url, await tokenFor('root', { roles: ['admin'] }));
  const bytes = fixture('orientation-6.jpg');
  const { image_id: image } = await root.presigned({ filename: 'a.jpg', contentType: 'image/jpeg', bytes });
  calls = await operationsOf(api.url);
  const made = async (path: string) => {
    const { body } = calls.find((call) => call.path === path && call.method === 'POST') ?? {};
    const sent = { ...(body as object), url: 'http://127.0.0.1:1024/' };
    return (await root.call<{ id: string }>('POST', path, sent)).body.id;
  };
  ids = {
    '/images': image,
    '/admin/categories': '1',
    '/webhooks': await made('/webhooks'),
    '/admin/webhooks': await made('/admin/webhooks'),
  };
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

/** The path with something that is there wherever the path names it. */
function goodPath(path: string): string {
  const resource = Object.keys(ids).find((start) => path.startsWith(`${start}/`));
  return path.replace('{id}', resource === undefined ? '{id}' : (ids[resource] ?? ''));
}

/** The same path, where there is nothing. */
function emptyPath(path: string): string {
  const id = path.startsWith('/admin/categories') ? '999999' : newId();
  return path.replace('{owner}', 'x'.repeat(300)).replaceAll(/\{\w+\}/g, id);
}

/** Every call is made wrongly in each way there is; the fixture holds each answer to the document. */
it('gives every documented refusal of every operation', async () => {
  const admin = await tokenFor('root', { roles: ['admin'] });
  const user = await tokenFor('bob');
  const missing: string[] = [];
  for (const { operationId, method, path, statuses, body } of calls) {
    const good = goodPath(path);
    const seen = new Set<string>();
    const send = async (to: string, headers: Record<string, string>, sent: string | undefined) => {
      const hasBody = method !== 'GET' && method !== 'DELETE' && sent !== undefined;
      const answer = await fetch(api.url + to, {
        method,
        headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', ...headers },
        redirect: 'manual',
        ...(hasBody ? { body: sent } : {}),
      });
      await answer.body?.cancel(); // a stream of events would go on
      seen.add(String(answer.status));
    };
    const example = body === undefined ? undefined : JSON.stringify(body);
    await send(good, { authorization: '' }, example);
    await send(good, { authorization: `Bearer ${user}`, 'x-owner': 'somebody-else' }, example);
    await send(good, { 'x-owner': '' }, example);
    await send(path.replace(/\{\w+\}/, '%zz'), {}, example);
    await send(emptyPath(path), {}, elsewhereOf(body));
    if (statuses.includes('412')) await send(good, { 'if-match': '"none"' }, example);
    if (body !== undefined) {
      await send(good, {}, '{');
      await send(good, {}, JSON.stringify({ filler: 'x'.repeat(300_000) }));
      await send(good, { 'content-type': 'text/plain' }, example);
    }
    missing.push(
      ...statuses
        .filter((status) => !elsewhere.includes(status) && !seen.has(status))
        .map((status) => `${operationId} ${status}`),
    );
  }
  expect(calls.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

/** The same body, for a category that is not there. */
function elsewhereOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  return JSON.stringify('category_id' in body ? { ...body, category_id: 999_999 } : body);
}

it('refuses two categories of one name, by PUT and by PATCH', async () => {
  const root = new Client(api.url, await tokenFor('root', { roles: ['admin'] }));
  const fields = { max_file_size: 1_000, allowed_extensions: ['jpg'] };
  const { body } = await root.call<{ id: number }>('POST', '/admin/categories', { name: 'One', ...fields });
  await root.call('POST', '/admin/categories', { name: 'Two', ...fields });
  for (const method of ['PUT', 'PATCH']) {
    const path = `/admin/categories/${body.id}`;
    const refused = await root.call(method, path, { name: 'two' });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'category_exists' }]);
    expect((await root.call(method, path, { description: method })).body).toMatchObject({ name: 'One' });
  }
});

it('refuses to sign anybody in by what is no such body', async () => {
  const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  const local = await startTestApi(places, { LOCAL_SIGN_IN: 'true' });
  try {
    const signIn = async (body: string, type = 'application/json') => {
      const headers = { 'content-type': type };
      return (await fetch(`${local.url}/local/token`, { method: 'POST', headers, body })).status;
    };
    expect(await signIn('{')).toBe(400);
    expect(await signIn('{}')).toBe(422);
    expect(await signIn(JSON.stringify({ sub: 'x'.repeat(300_000) }))).toBe(413);
    expect(await signIn('alice', 'text/plain')).toBe(415);
  } finally {
    await local.close();
  }
});
