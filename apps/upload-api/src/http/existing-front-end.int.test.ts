import { openS3 } from '@darkroom/adapter-s3';
import type { CategoryBody, ImageBody, ImageListBody } from '@darkroom/contracts';
import { testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi(
    { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url },
    { ROLES: 'api,relay' },
  );
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('orientation-6.jpg');

interface LooseAnswer {
  readonly success?: boolean;
  readonly error?: string;
  readonly data?: {
    readonly url: string;
    readonly fields: Record<string, string>;
    readonly image_id: string;
  };
}

/**
 * A form as front ends in use have it, kept as they wrote it: every field goes along, empty or not; tags are split from
 * a text; `success` is read before any status; 204 alone is success; complete is called at once.
 */
class OldForm {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
        'X-Requested-With': 'XMLHttpRequest',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  }

  async upload(
    file: { name: string; type: string; bytes: Uint8Array },
    title = '',
    tags = '',
  ): Promise<ImageBody> {
    const presign = (await this.#send('POST', '/images/presigned-url', {
      filename: file.name,
      content_type: file.type,
      file_size: file.bytes.byteLength,
      category_id: 1,
    })) as LooseAnswer;
    if (presign.success !== true || presign.data === undefined) throw new Error(presign.error);
    const { url, fields, image_id } = presign.data;
    const form = new FormData();
    for (const key of Object.keys(fields)) form.append(key, fields[key] ?? '');
    form.append('file', new File([Uint8Array.from(file.bytes)], file.name, { type: file.type }));
    const posted = await fetch(url, { method: 'POST', body: form });
    if (posted.status !== 204) throw new Error(`upload failed: ${posted.status}`);
    const image = (await this.#send('POST', `/images/upload-complete/${image_id}`, {
      image_id,
      title,
      description: '',
      alt_text: '',
      tags: tags.split(','),
    })) as ImageBody & LooseAnswer;
    if (image.success === false) throw new Error(image.error);
    return image;
  }

  async categories(): Promise<CategoryBody[]> {
    return (await this.#send('GET', '/images/categories')) as CategoryBody[];
  }

  async list(query: string): Promise<ImageListBody> {
    return (await this.#send('GET', `/images/?${query}`)) as ImageListBody;
  }
}

describe('a front end in use', () => {
  it('finds a category with id 1', async () => {
    const form = new OldForm(await tokenFor('olivia'));
    expect((await form.categories())[0]).toMatchObject({
      id: 1,
      is_active: true,
      allowed_extensions: expect.any(Array),
    });
  });

  it('uploads many at once while notifications arrive, and each is accepted and told of once', async () => {
    const form = new OldForm(await tokenFor('olivia'));
    const files = Array.from({ length: 6 }, (_, i) => ({
      name: `${i}.jpg`,
      type: 'image/jpeg',
      bytes: photo,
    }));
    const images = await Promise.all(
      files.map((file, i) => form.upload(file, `Nr. ${i}`, i === 0 ? '' : 'a, b,')),
    );
    for (const [i, image] of images.entries()) {
      expect(image).toMatchObject({
        status: 'completed',
        title: `Nr. ${i}`,
        tags: i === 0 ? [] : ['a', 'b'],
      });
    }
    const events = async () => {
      const { rows } = await api.postgres.db.run((knex) =>
        knex.raw<{ rows: { count: string }[] }>(
          `select count(*) from event_log where type = 'ImageUploaded' group by image_id`,
        ),
      );
      return rows.map(({ count }) => Number(count));
    };
    // The relay may still be at it: whatever it does must not tell of an image a second time
    const nothingLeft = async () => {
      const s3 = openS3(store.settings);
      const left = await s3.maintenance.list('incoming/', undefined, 10);
      s3.close();
      return left.length === 0;
    };
    await waitFor(nothingLeft, { what: 'incoming/ to be empty' });
    expect(await events()).toEqual(files.map(() => 1));
    const list = await form.list(
      'category_id=&status=&search=&tags=&date_from=&date_to=&page=1&page_size=20',
    );
    expect(list.count).toBe(6);
  });

  it('shows a sentence where something is refused', async () => {
    const form = new OldForm(await tokenFor('olivia'));
    const text = new TextEncoder().encode('no picture at all, but long enough to be looked at');
    const refusals: [Parameters<OldForm['upload']>[0], RegExp][] = [
      [{ name: 'a.exe', type: 'application/x-msdownload', bytes: photo }, /exe/],
      [{ name: 'a.svg', type: 'image/svg+xml', bytes: photo }, /svg/],
      [{ name: '', type: 'image/jpeg', bytes: photo }, /filename/],
      [{ name: 'a.jpg', type: 'image/jpeg', bytes: text }, /not_an_image/],
    ];
    for (const [file, words] of refusals) await expect(form.upload(file)).rejects.toThrow(words);
    const nobody = new OldForm('not a token');
    await expect(nobody.upload({ name: 'a.jpg', type: 'image/jpeg', bytes: photo })).rejects.toThrow(
      /token/i,
    );
  });
});

it('sends fields that it has no value for, and headers of its library, from another origin', async () => {
  const asked = await fetch(`${api.url}/images/presigned-url`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-requested-with,tracestate,baggage',
    },
  });
  const allowed = (asked.headers.get('access-control-allow-headers') ?? '').toLowerCase();
  for (const name of ['x-requested-with', 'tracestate', 'baggage']) expect(allowed).toContain(name);
  const answer = await fetch(`${api.url}/images/presigned-url`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await tokenFor('emil')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...{ filename: 'a.jpg', content_type: '', file_size: photo.byteLength, category_id: 1 },
      ...{ checksum_sha256: '', on_duplicate: '' },
    }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { success: true, data: { url: expect.any(String) } },
  ]);
});
