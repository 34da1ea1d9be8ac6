import type { PresignedUploadBody, ProblemBody, QuotaBody } from '@darkroom/contracts';
import { Client, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type Places, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let places: Places;

const photo = fixture('orientation-6.jpg');
const file = { filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo };

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
});
afterAll(() => Promise.all([store.close(), database.close()]));

/** An API of these settings, for one test. */
async function withApi(env: Record<string, string>, work: (api: TestApi) => Promise<void>): Promise<void> {
  const api = await startTestApi(places, env);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

describe('an Idempotency-Key', () => {
  const presign = async (api: TestApi, key: string, change: Record<string, unknown> = {}, user = 'ida') => {
    const response = await fetch(`${api.url}/images/presigned-url`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenFor(user)}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        ...{ filename: 'a.jpg', content_type: 'image/jpeg', file_size: photo.byteLength, category_id: 1 },
        ...change,
      }),
    });
    const body = (await response.json()) as Pick<PresignedUploadBody, 'data'> & Pick<ProblemBody, 'code'>;
    return { status: response.status, body };
  };

  it('makes one image of a request, however often it is sent', async () => {
    await withApi({}, async (api) => {
      const twins = await Promise.all(Array.from({ length: 8 }, () => presign(api, 'one')));
      expect(twins.map(({ status }) => status)).toEqual(twins.map(() => 200));
      const ids = new Set(twins.map(({ body }) => body.data.image_id));
      expect(ids.size).toBe(1);
      expect((await presign(api, '"one"')).body.data.image_id).toBe([...ids][0]);
      expect(ids).not.toContain((await presign(api, 'one', {}, 'ivo')).body.data.image_id);
      expect(ids).not.toContain((await presign(api, 'two')).body.data.image_id);
      const other = await presign(api, 'one', { file_size: 1 });
      expect([other.status, other.body]).toMatchObject([
        422,
        { code: 'idempotency_key_reused', success: false },
      ]);
      for (const key of ['', 'x'.repeat(256), 'a b']) {
        expect([key, (await presign(api, key)).body.code]).toEqual([key, 'invalid_idempotency_key']);
      }
    });
  });

  it('answers a form that works, then the image, and nothing more once that is gone', async () => {
    await withApi({}, async (api) => {
      await presign(api, 'three');
      const { body } = await presign(api, 'three');
      const { image_id: id } = body.data;
      if (!('url' in body.data)) throw new TypeError('no form');
      const form = new FormData();
      for (const [name, value] of Object.entries(body.data.fields)) form.append(name, value);
      form.append('file', new Blob([Uint8Array.from(photo)]));
      expect((await fetch(body.data.url, { method: 'POST', body: form })).status).toBe(204);
      const ida = new Client(api.url, await tokenFor('ida'));
      expect((await ida.complete(id)).status).toBe(200);
      expect((await presign(api, 'three')).body.data).toMatchObject({ duplicate: true, image_id: id });
      await ida.call('DELETE', `/images/${id}`);
      const gone = await presign(api, 'three');
      expect([gone.status, gone.body.code]).toEqual([409, 'idempotency_key_spent']);
    });
  });
});

describe('a quota', () => {
  it('is the default one, or the one that an admin gives, and says what is left', async () => {
    const two = { QUOTA_IMAGES: '2', QUOTA_BYTES: String(10 * photo.byteLength) };
    await withApi(two, async (api) => {
      const quinn = new Client(api.url, await tokenFor('quinn/한'));
      const admin = new Client(api.url, await tokenFor('root', { roles: ['admin'] }));
      const path = `/admin/quotas/${encodeURIComponent('quinn/한')}`;
      const first = await quinn.send(file);
      await quinn.complete(first);
      const { image_id: second } = await quinn.presigned(file);
      const full = await quinn.presign(file);
      expect([full.status, full.body]).toMatchObject([
        403,
        { code: 'quota_exceeded', success: false, detail: expect.stringContaining('0 of 2 images') },
      ]);
      const overview = await quinn.call<{ quota: QuotaBody }>('GET', '/images/stats/overview');
      const used = { used_images: 2, used_bytes: 2 * photo.byteLength };
      expect(overview.body.quota).toEqual({
        ...{ max_images: 2, max_bytes: 10 * photo.byteLength, own: false },
        ...used,
      });
      const larger = { max_images: 3, max_bytes: null };
      expect((await admin.call('PUT', path, larger)).body).toEqual({ ...larger, ...used, own: true });
      await quinn.presigned(file);
      expect((await quinn.presign(file)).status).toBe(403);
      expect((await admin.call('DELETE', path)).body).toMatchObject({
        max_images: 2,
        used_images: 3,
        own: false,
      });
      expect((await admin.call('GET', path)).body).toMatchObject({ used_images: 3 });
      for (const wrong of [{}, { max_images: -1, max_bytes: null }, { max_images: 1.5, max_bytes: 1 }]) {
        expect((await admin.call('PUT', path, wrong)).status).toBe(422);
      }
      expect((await admin.call('GET', `/admin/quotas/${'x'.repeat(256)}`)).status).toBe(404);
      expect((await quinn.call('GET', path)).status).toBe(403);
      expect((await admin.call<{ quota: unknown }>('GET', '/images/stats/overview')).body.quota).toBeNull();
      await quinn.call('DELETE', `/images/${second}`);
    });
  });

  it('is given back by a deletion, and asked again by a restore', async () => {
    await withApi({ QUOTA_IMAGES: '1' }, async (api) => {
      const rosa = new Client(api.url, await tokenFor('rosa'));
      const id = await rosa.send(file);
      await rosa.complete(id);
      expect((await rosa.presign(file)).status).toBe(403);
      await rosa.call('DELETE', `/images/${id}`);
      const { image_id: other } = await rosa.presigned(file);
      const back = await rosa.call<ProblemBody>('POST', `/images/${id}/restore`);
      expect([back.status, back.body.code]).toEqual([403, 'quota_exceeded']);
      await rosa.call('DELETE', `/images/${other}?permanent=true`);
      expect((await rosa.call('POST', `/images/${id}/restore`)).status).toBe(200);
      expect((await rosa.presign(file)).status).toBe(403);
    });
  });

  it('is given back by an upload that was refused', async () => {
    await withApi({ QUOTA_IMAGES: '1' }, async (api) => {
      const sven = new Client(api.url, await tokenFor('sven'));
      const id = await sven.send({ ...file, bytes: new TextEncoder().encode('no image at all') });
      expect((await sven.complete(id)).status).toBe(422);
      expect((await sven.presign(file)).status).toBe(200);
    });
  });
});

describe('a rate limit', () => {
  const get = async (api: TestApi, user: string | undefined, headers: Record<string, string> = {}) => {
    const response = await fetch(`${api.url}/images/categories`, {
      headers: {
        authorization: user === undefined ? 'Bearer nonsense' : `Bearer ${await tokenFor(user)}`,
        ...headers,
      },
    });
    await response.arrayBuffer();
    return response;
  };
  const env = { RATE_LIMIT_USER_PER_MINUTE: '3', RATE_LIMIT_ADDRESS_PER_MINUTE: '100' };

  it('lets each user make so many calls, and tells how many are left', async () => {
    await withApi(env, async (api) => {
      const answers = [];
      for (let call = 0; call < 5; call += 1) answers.push(await get(api, 'tess'));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
      const [first, , , fourth] = answers;
      expect(first?.headers.get('ratelimit-policy')).toBe('"user";q=3;w=60, "address";q=100;w=60');
      expect(first?.headers.get('ratelimit')).toMatch(/^"user";r=2;t=\d{1,2}, "address";r=\d+;t=\d{1,2}$/);
      expect(fourth?.headers.get('ratelimit')).toContain('"user";r=0;');
      expect(Number(fourth?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await get(api, 'uwe')).status).toBe(200);
      const presign = await new Client(api.url, await tokenFor('tess')).presign(file);
      expect([presign.status, presign.body]).toMatchObject([
        429,
        { code: 'rate_limited', success: false, error: expect.any(String) },
      ]);
      for (const path of ['/openapi.json', '/docs']) expect((await fetch(api.url + path)).status).toBe(200);
      expect((await fetch(`${api.origin}/healthz`)).status).toBe(200);
    });
  });

  it('counts whoever calls, and not the owner for whom they do', async () => {
    await withApi(env, async (api) => {
      const service = { authorization: `Bearer ${await tokenFor('shop', { roles: ['service'] })}` };
      const answers = [];
      for (const owner of ['xara', 'yuri', 'zoe', 'xara']) {
        answers.push(await get(api, undefined, { ...service, 'x-owner': owner }));
      }
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect((await get(api, 'xara')).status).toBe(200);
    });
  });

  it('counts calls that are refused for other reasons than their token', async () => {
    await withApi(env, async (api) => {
      const answers = [];
      for (let call = 0; call < 4; call += 1) answers.push(await get(api, 'yves', { 'x-owner': 'zelda' }));
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 429]);
    });
  });

  it('counts by address, failures ten times, and behind a proxy by the address that it names', async () => {
    const settings = { ...env, RATE_LIMIT_ADDRESS_PER_MINUTE: '35', TRUST_PROXY: 'loopback' };
    await withApi(settings, async (api) => {
      const from = (address: string) => ({ 'x-forwarded-for': address });
      for (let call = 0; call < 3; call += 1) {
        expect((await get(api, undefined, from('192.0.2.1, 192.0.2.7'))).status).toBe(401);
      }
      expect((await get(api, undefined, from('192.0.2.7'))).status).toBe(429);
      expect((await get(api, 'vera', from('192.0.2.7'))).status).toBe(429);
      expect((await get(api, 'vera', from('192.0.2.8'))).status).toBe(200);
      for (let call = 0; call < 3; call += 1) {
        expect((await get(api, undefined, from(`2001:db8:1:2::${call}`))).status).toBe(401);
      }
      expect((await get(api, undefined, from('2001:db8:1:2:ffff::1'))).status).toBe(429);
      expect((await get(api, undefined, from('2001:db8:1:3::1'))).status).toBe(401);
    });
  });

  it('believes no header where no proxy is trusted', async () => {
    await withApi({ ...env, RATE_LIMIT_ADDRESS_PER_MINUTE: '15' }, async (api) => {
      await api.postgres.db.run((knex) => knex('rate_limits').delete());
      expect((await get(api, undefined, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(401);
      expect((await get(api, undefined, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(429);
    });
  });

  it('lets calls pass where they cannot be counted', async () => {
    await withApi(env, async (api) => {
      const rename = (from: string, to: string) =>
        api.postgres.db.run((knex) => knex.schema.renameTable(from, to));
      await rename('rate_limits', 'gone');
      for (let call = 0; call < 5; call += 1) expect((await get(api, 'wim')).status).toBe(200);
      await rename('gone', 'rate_limits');
    });
  });
});
