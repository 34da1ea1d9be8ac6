import { createHash } from 'node:crypto';
import { openS3 } from '@darkroom/adapter-s3';
import type {
  CategoryBody,
  ImageBody,
  ImageListBody,
  OverviewBody,
  TimelineEntryBody,
  UploadStatusBody,
  VariantBody,
} from '@darkroom/contracts';
import { ChangeBuilder, withTask } from '@darkroom/domain';
import { Client, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('orientation-6.jpg');
const clientFor = async (sub: string, roles: string[] = []) =>
  new Client(api.url, await tokenFor(sub, { roles }));

/** A completed image. */
async function uploaded(
  client: Client,
  fields: Record<string, unknown> = {},
  categoryId = 1,
): Promise<ImageBody> {
  const id = await client.send({
    filename: 'a photo.jpg',
    contentType: 'image/jpeg',
    bytes: photo,
    categoryId,
  });
  const done = await client.call<ImageBody>('POST', `/images/upload-complete/${id}`, {
    image_id: id,
    ...fields,
  });
  expect(done.status).toBe(200);
  return done.body;
}

/** Puts one variant in place as the variant worker does: the object, then the row. */
async function withVariant(id: string, folder: 'images' | 'private' = 'images'): Promise<string> {
  const key = `${folder}/1/u-x/2026/01/01/${id}_thumbnail-0a1b2c3d.webp`;
  const s3 = openS3(store.settings);
  await s3.objects.put(key, new Uint8Array([1, 2, 3]), { contentType: 'image/webp' });
  s3.close();
  await api.postgres.images.update(id, (image) =>
    new ChangeBuilder(image, new Date())
      .set(withTask(image, 'variants', { state: 'ready' }))
      .set({
        variants: [{ name: 'thumbnail', key, width: 150, height: 100, size: 3, contentType: 'image/webp' }],
      })
      .build(),
  );
  return key;
}

describe('a list', () => {
  it('is newest first, filtered by everything there is, by page and by cursor', async () => {
    const carol = await clientFor('carol');
    const first = await uploaded(carol, { title: 'Hafen im Nebel', tags: ['sea', 'fog'] });
    const second = await uploaded(carol, { title: '한강 공원', tags: ['sea'] });
    const third = await uploaded(carol, { title: 'Crème brûlée' });
    const waiting = await carol.presigned({ filename: 'w.png', contentType: 'image/png', bytes: photo });
    const ids = async (query: string) => {
      const { status, body } = await carol.call<ImageListBody>('GET', `/images?${query}`);
      expect([query, status]).toEqual([query, 200]);
      expect(body.items.length).toBeLessThanOrEqual(body.count);
      return body.items.map(({ id }) => id);
    };
    expect(await ids('')).toEqual([third.id, second.id, first.id]);
    expect(await ids('status=uploading')).toEqual([waiting.image_id]);
    expect(await ids('tags=sea&tags=fog')).toEqual([first.id]);
    expect(await ids('tags=sea')).toEqual([second.id, first.id]);
    expect(await ids('search=brulee')).toEqual([third.id]);
    expect(await ids(`search=${encodeURIComponent('강')}`)).toEqual([second.id]);
    expect(await ids('category_id=2')).toEqual([]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await ids(`date_from=${today}&date_to=${today}`)).toHaveLength(3);
    expect(await ids(`date_to=${encodeURIComponent(second.created_at)}`)).toEqual([second.id, first.id]);
    expect(await ids(`date_from=${encodeURIComponent(second.created_at)}`)).toEqual([third.id, second.id]);
    expect(await ids('page=2&page_size=2')).toEqual([first.id]);

    const page = await carol.call<ImageListBody>('GET', '/images/?page_size=2');
    expect(page.body).toMatchObject({ count: 3, next_cursor: expect.any(String) });
    expect(await ids(`page_size=2&cursor=${page.body.next_cursor}`)).toEqual([first.id]);
    expect(page.body.items[0]).toMatchObject({
      title: 'Crème brûlée',
      category_name: 'General',
      thumbnail_url: null,
      small_url: null,
    });
    expect((await fetch(page.body.items[0]!.url!)).status).toBe(200);
  });
});

describe('an image', () => {
  it('can be described again, in part', async () => {
    const dave = await clientFor('dave');
    const { id } = await uploaded(dave, { title: 'One', tags: ['a'] });
    const put = await dave.call<ImageBody>('PUT', `/images/${id}`, {
      title: ' Two ',
      tags: [' b ', '', 'b'],
    });
    expect(put.body).toMatchObject({ title: 'Two', tags: ['b'], description: '' });
    const patch = await dave.call<ImageBody>('PATCH', `/images/${id}/`, { alt_text: 'a pier', title: '' });
    expect(patch.body).toMatchObject({ title: '', tags: ['b'], alt_text: 'a pier' });
    expect((await dave.call('PATCH', `/images/${id}`, {})).body).toMatchObject({ alt_text: 'a pier' });
    const timeline = await dave.call<TimelineEntryBody[]>('GET', `/images/${id}/timeline`);
    expect(timeline.body.map(({ type }) => type)).toEqual([
      'presigned',
      'stored',
      'accepted',
      'described',
      'updated',
      'updated',
    ]);
    expect(timeline.body.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('tells how far its upload has come', async () => {
    const erin = await clientFor('erin');
    const status = async (id: string) =>
      (await erin.call<UploadStatusBody>('GET', `/images/upload-status/${id}`)).body;
    const { image_id: waiting } = await erin.presigned({
      filename: 'a.jpg',
      contentType: 'image/jpeg',
      bytes: photo,
    });
    expect(await status(waiting)).toMatchObject({
      status: 'uploading',
      file_exists_in_s3: false,
      upload_completed_at: null,
      failure_code: null,
    });
    const sent = await erin.send({ filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo });
    expect(await status(sent)).toMatchObject({ status: 'uploading', file_exists_in_s3: true });
    const { id } = await uploaded(erin);
    expect(await status(id)).toMatchObject({ status: 'completed', file_exists_in_s3: true });
  });

  it('that was refused says so with its code', async () => {
    const erin = await clientFor('erin');
    const bytes = new TextEncoder().encode('this is no image at all, whatever its name says');
    const id = await erin.send({ filename: 'a.jpg', contentType: 'image/jpeg', bytes });
    for (let call = 0; call < 2; call += 1) {
      const { status, body } = await erin.call('POST', `/images/upload-complete/${id}`, { image_id: id });
      expect([status, body]).toMatchObject([
        422,
        { code: 'not_an_image', success: false, error: expect.any(String) },
      ]);
    }
    const one = await erin.call<ImageBody>('GET', `/images/${id}`);
    expect(one.body).toMatchObject({ status: 'failed', failure_code: 'not_an_image', url: null });
  });

  it('that the owner has already is answered instead of a new upload, when asked for', async () => {
    const frank = await clientFor('frank');
    const checksum_sha256 = createHash('sha256').update(photo).digest('hex');
    const fields = {
      filename: 'b.jpg',
      content_type: 'image/jpeg',
      file_size: photo.byteLength,
      category_id: 1,
    };
    const reuse = { ...fields, checksum_sha256, on_duplicate: 'reuse' };
    const ask = async (client: Client, body: unknown) =>
      (await client.call<{ data: Record<string, unknown> }>('POST', '/images/presigned-url', body)).body.data;
    expect(await ask(frank, reuse)).toHaveProperty('url');
    const { id } = await uploaded(frank);
    expect(await ask(frank, reuse)).toMatchObject({
      duplicate: true,
      image_id: id,
      image: { id, status: 'completed' },
    });
    expect(await ask(frank, { ...fields, checksum_sha256 })).toHaveProperty('url');
    expect(await ask(await clientFor('grace'), reuse)).toHaveProperty('url');
  });

  it('can be declared without a type, as browsers do with HEIC', async () => {
    const frank = await clientFor('frank');
    const presigned = await frank.presigned({ filename: 'IMG_1.HEIC', contentType: '', bytes: photo });
    expect(presigned.fields['Content-Type']).toBe('image/heic');
  });
});

describe('variants', () => {
  it('are shown with URLs, downloaded by name, and built again', async () => {
    const heidi = await clientFor('heidi');
    const { id } = await uploaded(heidi);
    expect((await heidi.call('GET', `/images/${id}/variants`)).body).toEqual([]);
    const key = await withVariant(id);
    const { body } = await heidi.call<VariantBody[]>('GET', `/images/${id}/variants`);
    const url = `${store.settings.endpoint}/${store.settings.bucket}/${key}`;
    expect(body).toEqual([
      { variant_type: 'thumbnail', url, width: 150, height: 100, file_size: 3, content_type: 'image/webp' },
    ]);
    expect((await fetch(url)).status).toBe(200);
    const listed = await heidi.call<ImageListBody>('GET', '/images');
    expect(listed.body.items[0]?.thumbnail_url).toBe(url);

    const download = await heidi.call('GET', `/images/${id}/download?variant_type=thumbnail`);
    const file = await fetch(download.headers.get('location')!);
    expect(file.headers.get('content-disposition')).toContain('a photo_thumbnail.webp');
    expect((await heidi.call('GET', `/images/${id}/download?variant_type=huge`)).body).toMatchObject({
      status: 404,
      code: 'variant_not_found',
    });

    const unknown = await heidi.call('POST', `/images/${id}/variants`, { variant_types: ['huge'] });
    expect([unknown.status, unknown.body]).toMatchObject([422, { code: 'unknown_variant' }]);
    for (const asked of [{}, { variant_types: [] }, { variant_types: ['thumbnail'] }, undefined]) {
      const answer = await heidi.call('POST', `/images/${id}/variants`, asked);
      expect([answer.status, answer.body]).toEqual([202, { message: expect.any(String) }]);
    }
    expect((await heidi.image(id)).processing.variants).toMatchObject({ state: 'pending', attempts: 0 });
    const { image_id: waiting } = await heidi.presigned({
      filename: 'a.jpg',
      contentType: 'image/jpeg',
      bytes: photo,
    });
    const early = await heidi.call('POST', `/images/${waiting}/variants`, {});
    expect([early.status, early.body]).toMatchObject([409, { code: 'not_completed' }]);
  });

  it('of a private category have signed URLs', async () => {
    const ivan = await clientFor('ivan');
    const { id } = await uploaded(ivan);
    const key = await withVariant(id, 'private');
    const { body } = await ivan.call<VariantBody[]>('GET', `/images/${id}/variants`);
    expect(body[0]?.url).toContain(`${key}?`);
    expect((await fetch(body[0]!.url)).status).toBe(200);
    expect((await fetch(body[0]!.url.split('?')[0]!)).status).toBe(403);
  });
});

describe('deleting', () => {
  it('stops serving at once, and can be taken back', async () => {
    const judy = await clientFor('judy');
    const { id } = await uploaded(judy, { title: 'Kept' });
    const key = await withVariant(id);
    const url = `${store.settings.endpoint}/${store.settings.bucket}/${key}`;
    expect((await fetch(url)).status).toBe(200);
    for (let call = 0; call < 2; call += 1) {
      const gone = await judy.call('DELETE', `/images/${id}`);
      expect([gone.status, gone.body]).toEqual([200, { message: expect.any(String) }]);
    }
    expect([403, 404]).toContain((await fetch(url)).status);
    expect(await judy.image(id)).toMatchObject({ status: 'deleted', url: null, variants: [] });
    for (const method of ['PUT', 'PATCH']) {
      const refused = await judy.call(method, `/images/${id}`, { title: 'Late' });
      expect([refused.status, refused.body]).toMatchObject([409, { code: 'deleted' }]);
    }
    expect((await judy.call<ImageListBody>('GET', '/images')).body.count).toBe(0);
    expect((await judy.call<ImageListBody>('GET', '/images?status=deleted')).body.items[0]?.id).toBe(id);
    expect((await judy.call('GET', `/images/${id}/download`)).status).toBe(404);
    expect((await judy.call('PUT', `/images/${id}`, { title: 'x' })).status).toBe(409);
    expect((await judy.call('POST', `/images/upload-complete/${id}`, { image_id: id })).status).toBe(404);

    for (let call = 0; call < 2; call += 1) {
      const back = await judy.call<ImageBody>('POST', `/images/${id}/restore`);
      expect([back.status, back.body]).toMatchObject([200, { status: 'completed', title: 'Kept' }]);
      expect(back.body.processing.variants.state).toBe('pending');
      expect((await fetch(back.body.url!)).status).toBe(200);
    }
    const { rows } = await api.postgres.db.run((knex) =>
      knex.raw<{ rows: { type: string }[] }>(
        'select type from event_log where image_id = ? and type is not null order by image_seq',
        [id],
      ),
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'ImageUploaded',
      'ImageUpdated',
      'ImageDeleted',
      'ImageUpdated',
      'ImageReprocessRequested',
    ]);
  });

  it('for good leaves nothing to see, and nothing that tells of a person', async () => {
    const judy = await clientFor('judy');
    const kept = await uploaded(judy, { title: 'Secret', tags: ['secret'] });
    const original = kept.url!;
    await judy.call('DELETE', `/images/${kept.id}`);
    expect((await judy.call('DELETE', `/images/${kept.id}?permanent=true`)).status).toBe(200);
    expect((await fetch(original)).status).toBe(404);
    const calls = [
      ['GET', `/images/${kept.id}`],
      ['DELETE', `/images/${kept.id}`],
      ['POST', `/images/${kept.id}/restore`],
    ] as const;
    for (const [method, path] of calls) expect((await judy.call(method, path)).status).toBe(404);
    const row = await api.postgres.images.get(kept.id);
    expect(JSON.stringify(row)).not.toMatch(/secret|photo/i);
    expect(row).toMatchObject({ status: 'deleted', originalKey: null });
  });

  it('cannot be taken back when its time is over or its original is gone', async () => {
    const judy = await clientFor('judy');
    const late = await uploaded(judy);
    await judy.call('DELETE', `/images/${late.id}`);
    await api.postgres.images.update(late.id, (image) =>
      new ChangeBuilder(image, new Date()).set({ purgeAfter: new Date(Date.now() - 1) }).build(),
    );
    const answer = await judy.call('POST', `/images/${late.id}/restore`);
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'not_restorable' }]);
  });
});

describe('statistics', () => {
  it('count what is completed, and show what is new', async () => {
    const kim = await clientFor('kim');
    expect((await kim.call<OverviewBody>('GET', '/images/stats/overview')).body).toEqual({
      total_images: 0,
      total_size: 0,
      by_category: [],
      by_status: [],
      recent_uploads: [],
      quota: { max_images: null, max_bytes: null, used_images: 0, used_bytes: 0, own: false },
    });
    const all = [await uploaded(kim), await uploaded(kim), await uploaded(kim)];
    await kim.call('DELETE', `/images/${all[0]!.id}`);
    const { body } = await kim.call<OverviewBody>('GET', '/images/stats/overview/');
    expect(body).toMatchObject({
      total_images: 2,
      total_size: 2 * photo.byteLength,
      by_category: [{ category__name: 'General', count: 2, total_size: 2 * photo.byteLength }],
    });
    expect(new Map(body.by_status.map(({ status, count }) => [status, count]))).toEqual(
      new Map([
        ['completed', 2],
        ['deleted', 1],
      ]),
    );
    expect(body.recent_uploads.map(({ id }) => id)).toEqual([all[2]!.id, all[1]!.id]);
  });
});

describe('services and admins', () => {
  it('see where an image was taken only where they act for its owner', async () => {
    const owner = 'globe trotter';
    const image = await uploaded(await clientFor(owner));
    const gps = { latitude: 38.7, longitude: -9.1 };
    await api.postgres.images.update(image.id, (row) =>
      new ChangeBuilder(row, new Date()).set({ gps }).build(),
    );
    const seenBy = async (sub: string, roles: string[], headers: Record<string, string> = {}) => {
      const token = await tokenFor(sub, { roles });
      const answer = await fetch(`${api.url}/images/${image.id}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      return ((await answer.json()) as ImageBody).gps;
    };
    expect(await seenBy(owner, [])).toEqual(gps);
    expect(await seenBy('shop', ['service'], { 'x-owner': owner })).toEqual(gps);
    expect(await seenBy('root', ['admin'], { 'x-owner': owner })).toEqual(gps);
    expect(await seenBy('root', ['admin'])).toBeNull();
    const admin = await clientFor('root', ['admin']);
    expect((await admin.call<ImageBody>('PATCH', `/images/${image.id}`, { title: 'x' })).body.gps).toBeNull();
  });

  it('act for the owner they name, and admins see everything', async () => {
    const lena = await uploaded(await clientFor('lena'));
    const service = await tokenFor('shop', { roles: ['service'] });
    const ask = (path: string, owner?: string) =>
      fetch(api.url + path, {
        headers: { authorization: `Bearer ${service}`, ...(owner === undefined ? {} : { 'x-owner': owner }) },
      });
    expect((await ask(`/images/${lena.id}`)).status).toBe(404);
    expect((await ask(`/images/${lena.id}`, 'lena')).status).toBe(200);
    expect((await ask(`/images/${lena.id}`, 'mia')).status).toBe(404);
    const presigned = await fetch(`${api.url}/images/presigned-url`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service}`, 'x-owner': 'lena', 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'a.jpg', content_type: 'image/jpeg', file_size: 9, category_id: 1 }),
    });
    const { data } = (await presigned.json()) as { data: { image_id: string } };
    expect((await api.postgres.images.get(data.image_id))?.ownerId).toBe('lena');
    const admin = await clientFor('root', ['admin']);
    expect((await admin.image(lena.id)).id).toBe(lena.id);
    expect(
      (await admin.call<OverviewBody>('GET', '/images/stats/overview')).body.total_images,
    ).toBeGreaterThan(1);
  });

  it('manage categories, which uploads then follow', async () => {
    const admin = await clientFor('root', ['admin']);
    const noah = await clientFor('noah');
    const categories = async () => (await noah.call<CategoryBody[]>('GET', '/images/categories')).body;
    expect((await categories())[0]).toMatchObject({ id: 1, is_active: true });
    const fields = { name: 'Avatars', max_file_size: photo.byteLength, allowed_extensions: ['JPG', 'jpg'] };
    const made = await admin.call<CategoryBody>('POST', '/admin/categories', fields);
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        name: 'Avatars',
        description: '',
        allowed_extensions: ['jpg'],
        is_active: true,
        visibility: 'public',
      },
    ]);
    const { id } = made.body;
    expect((await categories()).map((category) => category.id)).toContain(id);
    expect((await admin.call('GET', `/admin/categories/${id}`)).body).toEqual(made.body);
    expect((await uploaded(noah, {}, id)).category).toEqual(made.body);
    const taken = await admin.call('POST', '/admin/categories', { ...fields, name: 'avatars' });
    expect([taken.status, taken.body]).toMatchObject([409, { code: 'category_exists' }]);
    const bad = await admin.call('POST', '/admin/categories', { ...fields, allowed_extensions: ['svg'] });
    expect(bad.status).toBe(422);
    const smaller = await admin.call('PATCH', `/admin/categories/${id}`, { max_file_size: 10 });
    expect(smaller.body).toMatchObject({ max_file_size: 10, name: 'Avatars' });
    const tooLarge = { filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo, categoryId: id };
    expect((await noah.presign(tooLarge)).status).toBe(422);
    await admin.call('PATCH', `/admin/categories/${id}`, { is_active: false });
    expect((await categories()).map((category) => category.id)).not.toContain(id);
    expect((await noah.presign({ ...tooLarge, override: { file_size: 5 } })).status).toBe(404);
    expect(
      (await admin.call<CategoryBody[]>('GET', '/admin/categories')).body.map((one) => one.id),
    ).toContain(id);
    for (const none of ['999', 'x', '0', '99999999999']) {
      expect((await admin.call('GET', `/admin/categories/${none}`)).status).toBe(404);
      expect((await admin.call('PATCH', `/admin/categories/${none}`, {})).status).toBe(404);
    }
  });
});
