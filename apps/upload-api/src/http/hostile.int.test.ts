import { request as httpRequest } from 'node:http';
import { problemSchema, type ProblemBody } from '@darkroom/contracts';
import { newId } from '@darkroom/kernel';
import { Client, testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, secret, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let alice: Client;
let imageId: string;

const photo = fixture('orientation-6.jpg');
const presign = {
  filename: 'a.jpg',
  content_type: 'image/jpeg',
  file_size: photo.byteLength,
  category_id: 1,
};

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  alice = new Client(api.url, await tokenFor('alice'));
  imageId = await alice.send({ filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo });
  await alice.call('POST', `/images/upload-complete/${imageId}`, { image_id: imageId });
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

interface Sent {
  readonly method?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends exactly this, and checks that the answer is a problem. */
async function problem(
  path: string,
  { method = 'POST', body, type = 'application/json', headers = {} }: Sent = {},
) {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await tokenFor('alice')}`,
      ...(type === null ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const answer: ProblemBody = problemSchema.parse(await response.json());
  expect(answer.status).toBe(response.status);
  return { ...answer, headers: response.headers };
}

/** Every route of the API that needs a token, with `:id`. */
const routes: readonly (readonly [string, string])[] = [
  ['GET', '/images/categories'],
  ['POST', '/images/presigned-url'],
  ['POST', '/images/upload-complete/:id'],
  ['GET', '/images'],
  ['GET', '/images/'],
  ['GET', '/images/:id'],
  ['PUT', '/images/:id'],
  ['PATCH', '/images/:id'],
  ['DELETE', '/images/:id'],
  ['POST', '/images/:id/restore'],
  ['POST', '/images/:id/variants'],
  ['GET', '/images/:id/variants'],
  ['GET', '/images/:id/download'],
  ['GET', '/images/stats/overview'],
  ['GET', '/images/upload-status/:id'],
  ['GET', '/images/:id/timeline'],
  ['GET', '/admin/categories'],
  ['POST', '/admin/categories'],
  ['GET', '/admin/categories/1'],
  ['PATCH', '/admin/categories/1'],
];

describe('every route', () => {
  it('wants a valid token', async () => {
    for (const [method, path] of routes) {
      for (const authorization of ['', 'Bearer nonsense', `Bearer ${await tokenFor('alice', { exp: 1 })}`]) {
        const answer = await problem(path.replace(':id', imageId), { method, headers: { authorization } });
        expect([path, answer.status, answer.code]).toEqual([path, 401, 'unauthenticated']);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
        const forUploads = path.includes('upload-complete') || path.includes('presigned-url');
        expect([path, answer.success, typeof answer.error]).toEqual(
          forUploads ? [path, false, 'string'] : [path, undefined, 'undefined'],
        );
      }
    }
  });

  it('answers 404 for the image of somebody else, as for none, and changes nothing', async () => {
    const mallory = { authorization: `Bearer ${await tokenFor('mallory')}` };
    const before = await alice.image(imageId);
    for (const [method, path] of routes.filter(([, each]) => each.includes(':id'))) {
      const body =
        method === 'GET' || method === 'DELETE'
          ? {}
          : { body: JSON.stringify({ image_id: imageId, title: 'x' }) };
      const theirs = await problem(path.replace(':id', imageId), { method, headers: mallory, ...body });
      expect([method, path, theirs.status]).toEqual([method, path, 404]);
      for (const id of [newId(), 'not-an-id', '1', '%00', '..%2F..%2Fetc', "'%3B drop table images"]) {
        const none = await problem(path.replace(':id', id), { method, ...body });
        expect([method, path, id, none.status]).toEqual([method, path, id, 404]);
      }
      expect({ ...theirs, headers: null }).toEqual({
        ...(await problem(path.replace(':id', newId()), { method, headers: mallory, ...body })),
        headers: null,
      });
    }
    const after = await alice.image(imageId);
    expect({ ...after, url: null }).toEqual({ ...before, url: null });
    const mine = new Client(api.url, await tokenFor('mallory'));
    expect((await mine.call('GET', '/images')).body).toEqual({ items: [], count: 0, next_cursor: null });
    expect((await mine.call('GET', '/images/stats/overview')).body).toMatchObject({ total_images: 0 });
  });

  it('names the methods that it knows', async () => {
    const answer = await problem('/images/categories', { method: 'DELETE' });
    expect([answer.status, answer.code, answer.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD, OPTIONS',
    ]);
    expect((await problem('/images', { method: 'POST' })).status).toBe(405);
    const upload = await problem('/images/presigned-url', { method: 'GET' });
    expect(upload).toMatchObject({ status: 405, success: false, error: expect.any(String) });
    expect((await problem(`/images/${imageId}`, { method: 'POST' })).headers.get('allow')).toBe(
      'GET, PUT, PATCH, DELETE, HEAD, OPTIONS',
    );
    const options = await fetch(`${api.url}/images`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('is one that exists', async () => {
    for (const path of ['/', '/image', '/images/a/b/c', '/images/%E0%A4%A', '/admin', '/local/token']) {
      const answer = await problem(path, { method: 'GET' });
      expect([path, [400, 404].includes(answer.status)]).toEqual([path, true]);
    }
    expect((await fetch(`${api.origin}/nothing`)).status).toBe(404);
  });

  it('of the admins is for admins', async () => {
    for (const roles of [[], ['service'], ['user']]) {
      const headers = { authorization: `Bearer ${await tokenFor('alice', { roles })}` };
      const answer = await problem('/admin/categories', { method: 'GET', headers });
      expect([answer.status, answer.code]).toEqual([403, 'forbidden']);
    }
    const asBob = await problem('/images', { method: 'GET', headers: { 'x-owner': 'bob' } });
    expect(asBob.status).toBe(403);
  });
});

describe('a body', () => {
  const paths = [
    '/images/presigned-url',
    '/images/upload-complete/:id',
    '/images/:id',
    '/images/:id/variants',
  ];

  it('that is not JSON is refused with how to put it right', async () => {
    const bodies: Record<string, Sent['body']> = {
      'cut off': '{"title": "x"',
      'single quotes': "{'title': 'x'}",
      'a trailing comma': '{"title": "x",}',
      'a comment': '{} // hello',
      'two objects': '{}{}',
      'not a number': '{"title": NaN}',
      'a bare string': '"x"',
      'a bare number': '7',
      'null itself': 'null',
      binary: new Uint8Array([0, 1, 2, 255, 254]),
      'deeply nested': '['.repeat(100_000),
    };
    for (const path of paths) {
      const method = path === '/images/:id' ? 'PUT' : 'POST';
      for (const [what, body] of Object.entries(bodies)) {
        const answer = await problem(path.replace(':id', imageId), { method, body: body ?? '' });
        expect([path, what, answer.status, answer.code]).toEqual([path, what, 400, 'malformed_json']);
        expect(answer.detail).toMatch(/^The body is not valid JSON: .*Send one JSON object\.$/s);
        if (path.includes('upload')) expect(answer).toMatchObject({ success: false, error: answer.detail });
      }
    }
  });

  it('of another kind, too large or in another coding is refused', async () => {
    const path = `/images/${imageId}`;
    const put = (sent: Sent) => problem(path, { method: 'PUT', ...sent });
    expect((await put({ body: 'title=x', type: 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await put({ body: '{}', type: 'text/plain' })).status).toBe(415);
    expect((await put({ body: new Uint8Array([123, 125]), type: null })).status).toBe(415);
    expect((await put({ body: '{}', type: 'application/json; charset=latin1' })).status).toBe(415);
    expect((await put({ body: '{}', headers: { 'content-encoding': 'zip' } })).status).toBe(415);
    expect((await put({ body: 'x', headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
    const large = await put({ body: JSON.stringify({ description: 'x'.repeat(300_000) }) });
    expect([large.status, large.code]).toEqual([413, 'too_large']);
  });

  it('of other fields or types is refused field by field', async () => {
    const wrong: Record<string, unknown>[] = [
      { filename: '' },
      { filename: '   ' },
      { filename: 'x'.repeat(252) + '.jpg' },
      { filename: '../a.jpg' },
      { filename: 'a\u0000.jpg' },
      { filename: 'a\u0085.jpg' },
      { filename: 7 },
      { filename: null },
      { file_size: 0 },
      { file_size: -1 },
      { file_size: 1.5 },
      { file_size: '100' },
      { file_size: 1e300 },
      { category_id: 0 },
      { category_id: 2 ** 31 },
      { category_id: '1' },
      { checksum_sha256: 'abc' },
      { on_duplicate: 'ignore' },
      { content_type: null },
      { content_type: 'text/html' },
      { content_type: 'image/svg+xml' },
      { content_type: 'image/png' },
      { filename: 'a.exe' },
      { filename: 'a' },
      { file_size: 10 ** 12 },
    ];
    for (const change of wrong) {
      const answer = await problem('/images/presigned-url', {
        body: JSON.stringify({ ...presign, ...change }),
      });
      expect([change, answer.status]).toEqual([change, 422]);
      expect(answer).toMatchObject({ success: false, error: expect.any(String) });
      expect(answer.errors?.length).toBeGreaterThan(0);
      expect(answer.errors?.every(({ message }) => message.length > 3)).toBe(true);
    }
    for (const body of ['[]', '{}', '[{}]']) {
      expect((await problem('/images/presigned-url', { body })).status).toBe(422);
    }
    const unknown = await problem('/images/presigned-url', {
      body: JSON.stringify({ ...presign, category_id: 99 }),
    });
    expect(unknown).toMatchObject({ status: 404, code: 'category_not_found', success: false });
  });

  it('never reaches the database with what it cannot keep', async () => {
    const put = (body: unknown) =>
      problem(`/images/${imageId}`, { method: 'PUT', body: JSON.stringify(body) });
    for (const body of [
      { title: 'a\u0000b' },
      { tags: ['a\u0000'] },
      { tags: 'a' },
      { tags: ['x'.repeat(65)] },
      { title: 'x'.repeat(256) },
      { title: null },
    ]) {
      expect([body, (await put(body)).status]).toEqual([body, 422]);
    }
    const odd = await alice.call('PATCH', `/images/${imageId}`, { title: '\ud800 😀', __proto__: { a: 1 } });
    expect(odd.body).toMatchObject({ title: '\ufffd 😀' });
    const polluting = await fetch(`${api.url}/images/${imageId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${await tokenFor('alice')}`, 'content-type': 'application/json' },
      body: '{"__proto__": {"is_admin": true}, "constructor": {"prototype": {"x": 1}}, "title": "fine"}',
    });
    expect(await polluting.json()).toMatchObject({ title: 'fine' });
    expect(({} as Record<string, unknown>)['is_admin']).toBeUndefined();
  });

  it('of a complete call names the image of its path', async () => {
    const path = `/images/upload-complete/${imageId}`;
    for (const body of [{}, { image_id: newId() }, { image_id: 'x' }, { image_id: imageId, tags: {} }]) {
      const answer = await problem(path, { body: JSON.stringify(body) });
      expect(answer).toMatchObject({ status: 422, success: false, error: expect.any(String) });
    }
  });
});

describe('a query', () => {
  it('that makes no sense is refused, and what means nothing is ignored', async () => {
    for (const query of [
      'status=done',
      'category_id=x',
      'category_id=99999999999',
      'category_id=1&category_id=2',
      'page=0',
      'page=1e9',
      'page_size=101',
      'date_from=yesterday',
      'date_from=2026-13-01',
      'cursor=nonsense',
      `search=${'x'.repeat(201)}`,
      'tags=%00',
    ]) {
      const answer = await problem(`/images?${query}`, { method: 'GET' });
      expect([query, answer.status]).toEqual([query, 422]);
      expect(answer.errors?.length).toBeGreaterThan(0);
    }
    expect((await problem(`/images/${imageId}?permanent=maybe`, { method: 'DELETE' })).status).toBe(422);
    for (const query of [
      'category_id=&status=&search=&tags=&date_from=&date_to=&page=&cursor=',
      'other=1',
      '%=%',
      'date_from=0001-01-01&date_to=9999-12-31',
      'date_from=0000-01-01',
      'search=%00%25_%5C',
    ]) {
      const answer = await alice.call('GET', `/images?${query}`);
      expect([query, answer.status]).toEqual([query, 200]);
    }
  });
});

describe('an outage', () => {
  it('is 503 with when to try again, and says nothing of our inside', async () => {
    const isServing = async () => (await fetch(`${api.origin}/servez`)).ok;
    await waitFor(isServing, { what: 'the process to be served from' });
    await store.goDown();
    const answer = await problem(`/images/upload-status/${imageId}`, { method: 'GET' });
    expect(answer).toMatchObject({ status: 503 });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(JSON.stringify(answer)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|S3/);
    const ready = await fetch(`${api.origin}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { ready: false, checks: { database: 'ok' } },
    ]);
    expect((await fetch(`${api.origin}/healthz`)).status).toBe(200);
    expect(await isServing()).toBe(true); // else nobody would hear of when to try again
    await store.goUp();
    expect((await fetch(`${api.origin}/readyz`)).status).toBe(200);
  });
});

describe('other origins', () => {
  it('are told what they may do where they are allowed, and nothing else', async () => {
    const preflight = (origin: string) =>
      fetch(`${api.url}/images/${imageId}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type,x-owner',
        },
      });
    const allowed = await preflight('http://localhost:5173');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('x-owner');
    const evil = await preflight('https://evil.example');
    expect(evil.headers.get('access-control-allow-origin')).toBeNull();
    const error = await fetch(`${api.url}/images`, { headers: { origin: 'https://shop.example' } });
    expect([error.status, error.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://shop.example',
    ]);
  });
});

describe('metrics', () => {
  it('are kept from what comes through a proxy', async () => {
    const ask = (headers: Record<string, string>) => fetch(new URL('/metrics', api.url), { headers });
    expect((await ask({})).status).toBe(200);
    for (const header of ['x-forwarded-for', 'forwarded'])
      expect((await ask({ [header]: 'for=203.0.113.7' })).status).toBe(404);
  });
});

describe('a request that is cut off', () => {
  it('does not disturb the next one', async () => {
    const token = await tokenFor('alice');
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${api.url}/images/${imageId}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': 100,
        },
      });
      request.on('error', () => resolve());
      request.write('{"title": ');
      request.once('socket', (socket) =>
        socket.once('connect', () => setImmediate(() => request.destroy(new Error('gone')))),
      );
    });
    expect((await alice.image(imageId)).id).toBe(imageId);
    expect(secret.length).toBeGreaterThan(31);
  });
});
