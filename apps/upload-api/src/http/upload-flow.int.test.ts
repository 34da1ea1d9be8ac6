import type { ImageBody, ImageListBody } from '@darkroom/contracts';
import { Client, post, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let alice: Client;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  alice = new Client(api.url, await tokenFor('alice'));
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('orientation-6.jpg');
const upload = { filename: 'Café.jpg', contentType: 'image/jpeg', bytes: photo };

describe('an upload, as a front end makes it', () => {
  it('goes from presign to a completed image that is listed, shown and downloaded', async () => {
    const presigned = await alice.presigned(upload);
    expect(presigned.file_key).toMatch(/^incoming\/1\/u-alice\/\d{4}\/\d{2}\/\d{2}\/[0-9a-f-]{36}\.jpg$/);
    expect(presigned.fields['key']).toBe(presigned.file_key);
    const path = `/images/upload-complete/${presigned.image_id}`;
    const early = await alice.call('POST', path, { image_id: presigned.image_id });
    expect(early.status).toBe(409);
    expect(early.body).toMatchObject({ code: 'object_missing', success: false, error: expect.any(String) });

    expect((await post(presigned, photo)).status).toBe(204);
    const done = await alice.call<ImageBody>('POST', path, {
      image_id: presigned.image_id,
      title: ' Harbour ',
      description: '',
      alt_text: '',
      tags: [''],
    });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      status: 'completed',
      title: 'Harbour',
      tags: [],
      original_filename: 'Café.jpg',
    });
    expect(done.headers.get('cache-control')).toBe('no-store');
    expect(done.body.file_key).toMatch(/^originals\//);

    const original = await fetch(done.body.url!);
    expect(new Uint8Array(await original.arrayBuffer())).toEqual(new Uint8Array(photo));
    const list = await alice.call<ImageListBody>('GET', '/images/?search=harb&category_id=&status=&tags=');
    expect(list.body.items.map(({ id }) => id)).toEqual([presigned.image_id]);
    const download = await alice.call('GET', `/images/${presigned.image_id}/download`);
    expect(download.status).toBe(302);
    const file = await fetch(download.headers.get('location')!);
    expect(file.headers.get('content-disposition')).toContain(`filename*=UTF-8''Caf%C3%A9.jpg`);
    await file.arrayBuffer();
    const one = await alice.call<ImageBody>('GET', `/images/${presigned.image_id}/`);
    expect(one.body.processing.variants).toEqual({ state: 'pending', attempts: 0, error: null });
  });

  it('carries the trace of the presign request, where that is one', async () => {
    const presign = async (traceparent: string) => {
      const response = await fetch(`${api.url}/images/presigned-url`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenFor('alice')}`,
          'content-type': 'application/json',
          traceparent,
        },
        body: JSON.stringify({ filename: 'a.jpg', content_type: 'image/jpeg', file_size: 9, category_id: 1 }),
      });
      const { data } = (await response.json()) as { data: { image_id: string } };
      return (await api.postgres.images.get(data.image_id))?.traceparent;
    };
    const good = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(await presign(good)).toBe(good);
    for (const bad of ['', 'nonsense', good.toUpperCase(), `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]) {
      expect([bad, await presign(bad)]).toEqual([bad, null]);
    }
  });
});
