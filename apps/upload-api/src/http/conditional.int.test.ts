import type { ImageBody } from '@darkroom/contracts';
import { Client, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let id: string;

const photo = fixture('orientation-6.jpg');

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  const alice = new Client(api.url, await tokenFor('alice'));
  id = await alice.send({ filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo });
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

interface Answer {
  readonly status: number;
  readonly tag: string | null;
  readonly body: Partial<ImageBody> & { readonly code?: string };
}

async function call(
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
  path = `/images/${id}`,
): Promise<Answer> {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await tokenFor('alice')}`,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    tag: response.headers.get('etag'),
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  };
}

describe('an image', () => {
  it('is answered with the tag of its state, whatever the call', async () => {
    const done = await call('POST', {}, { image_id: id, title: 'One' }, `/images/upload-complete/${id}`);
    const shown = await call('GET');
    expect(shown.tag).toMatch(/^"\d+-[\w-]{12}"$/);
    expect(done.tag).toBe(shown.tag);
    const patched = await call('PATCH', {}, { title: 'Two' });
    expect(patched.tag).not.toBe(shown.tag);
    expect((await call('GET')).tag).toBe(patched.tag);
    expect((await call('PUT', {}, { title: 'Two' })).tag).toBe(patched.tag);
    expect((await call('HEAD')).tag).toBe(patched.tag);
  });

  it('is not sent again to who has it', async () => {
    const { tag } = await call('GET');
    for (const known of [tag!, `"x", ${tag}`, `W/${tag}`, '*']) {
      const same = await call('GET', { 'if-none-match': known });
      expect([known, same.status, same.tag, same.body]).toEqual([known, 304, tag, {}]);
    }
    for (const other of ['"x"', '"7-3OcRJYB4d3h_"']) {
      expect((await call('GET', { 'if-none-match': other })).status).toBe(200);
    }
    await call('PATCH', {}, { title: 'Three' });
    const changed = await call('GET', { 'if-none-match': tag! });
    expect([changed.status, changed.body.title]).toEqual([200, 'Three']);
    const none = await call('GET', { 'if-none-match': '*' }, undefined, '/images/no-such-image');
    expect(none.status).toBe(404);
  });

  it('is changed only as the one that was read', async () => {
    const { tag } = await call('GET');
    const first = await call('PUT', { 'if-match': tag! }, { title: 'First' });
    expect([first.status, first.body.title]).toEqual([200, 'First']);
    for (const method of ['PUT', 'PATCH']) {
      const second = await call(method, { 'if-match': tag! }, { title: 'Second' });
      expect([second.status, second.body.code]).toEqual([412, 'precondition_failed']);
    }
    expect((await call('PUT', { 'if-match': `W/${first.tag}` }, { title: 'x' })).status).toBe(412);
    expect((await call('PUT', { 'if-match': 'x' }, {})).status).toBe(412);
    expect((await call('DELETE', { 'if-match': tag! })).status).toBe(412);
    expect((await call('GET')).body).toMatchObject({ title: 'First', status: 'completed' });
    const any = await call('PATCH', { 'if-match': '*' }, { title: 'Any' });
    expect([any.status, any.body.title]).toEqual([200, 'Any']);
    const of404 = await call('PUT', { 'if-match': '"x"' }, {}, '/images/no-such-image');
    expect(of404.status).toBe(404);
  });

  it('is changed by one of many who have read the same', async () => {
    const { tag } = await call('GET');
    const titles = Array.from({ length: 12 }, (_, i) => `title ${i}`);
    const answers = await Promise.all(titles.map((title) => call('PATCH', { 'if-match': tag! }, { title })));
    const [won, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(titles.length - 1);
    expect((await call('GET')).body.title).toBe(won?.body.title);
  });

  it('is deleted and restored under its tags', async () => {
    const { tag } = await call('GET');
    expect((await call('DELETE', { 'if-match': tag! })).status).toBe(200);
    expect((await call('DELETE', { 'if-match': tag! })).status).toBe(200);
    const deleted = await call('PUT', { 'if-match': tag! }, { title: 'x' });
    expect([deleted.status, deleted.body.code]).toEqual([409, 'deleted']);
    const back = await call('POST', {}, undefined, `/images/${id}/restore`);
    expect(back.tag).not.toBe(tag);
    expect((await call('GET', { 'if-none-match': back.tag! })).status).toBe(304);
  });
});

it('other origins may send and read what this takes', async () => {
  const origin = 'https://shop.example';
  const headers = ['if-match', 'if-none-match', 'idempotency-key', 'last-event-id', 'traceparent'];
  const preflight = await fetch(`${api.url}/images/${id}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': headers.join(','),
    },
  });
  const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(',');
  expect(allowed).toEqual(expect.arrayContaining(headers));
  const answer = await fetch(`${api.url}/images`, { headers: { origin } });
  const exposed = answer.headers.get('access-control-expose-headers')?.toLowerCase().split(',');
  expect(exposed).toEqual(
    expect.arrayContaining(['etag', 'ratelimit', 'ratelimit-policy', 'retry-after', 'location']),
  );
});
