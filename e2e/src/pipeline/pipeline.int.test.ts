import { readFile } from 'node:fs/promises';
import {
  fixturePath,
  refusedFixtures,
  soundFixtures,
  type SoundFixture,
} from '@darkroom/adapter-image/fixtures';
import { readPixels, ssim } from '@darkroom/adapter-image/similarity';
import type { ImageBody, TimelineEntryBody } from '@darkroom/contracts';
import { Client, describeBuses, runningTarget, startStack, waitFor, type TestStack } from '@darkroom/testing';
import { Bucket } from '../support/bucket.ts';
import { asDarkroom, rounded } from '../support/exiftool.ts';
import { readmeSnippet } from '../support/readme.ts';
import { readTopic } from '../support/topic.ts';
import { metadataMarks } from '../support/metadata-marks.ts';
import { receiveWebhooks } from '../support/webhook-receiver.ts';

const bounds: readonly (readonly [string, number])[] = [
  ['thumbnail', 150],
  ['small', 300],
  ['medium', 600],
  ['large', 1200],
  ['webp', 16_383],
];

/** The whole image within a square, never enlarged; written here anew, apart from the engine's own rule. */
function within({ width, height }: { width: number; height: number }, bound: number) {
  const scale = Math.min(1, bound / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

describeBuses('the pipeline', (eventBus) => {
  let stack: TestStack;
  let client: Client;
  let bucket: Bucket;
  const uploaded = new Map<string, Promise<ImageBody>>();
  const upload = ({ file, type }: SoundFixture): Promise<ImageBody> => {
    const known = uploaded.get(file) ?? client.upload(fixturePath(file), type);
    uploaded.set(file, known);
    return known;
  };

  beforeAll(async () => {
    stack = await startStack({ eventBus });
    client = await Client.of(stack, 'alice');
    bucket = new Bucket((await stack.describe()).s3);
  }, 180_000);

  afterAll(async () => {
    bucket.close();
    await stack.close();
  }, 30_000);

  describe.each(soundFixtures)('$file', (fixture) => {
    it('becomes exact, plain, cacheable variants', async () => {
      const image = await upload(fixture);
      const { width, height } = fixture;
      expect(image).toMatchObject({ status: 'completed', width, height, content_type: fixture.type });
      expect(image.variants.map((variant) => [variant.variant_type, variant.width, variant.height])).toEqual(
        bounds.map(([name, bound]) => [name, ...Object.values(within(fixture, bound))]),
      );
      for (const variant of image.variants) {
        const response = await fetch(variant.url);
        const bytes = new Uint8Array(await response.arrayBuffer());
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toBe('image/webp');
        expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        expect(bytes.byteLength).toBe(variant.file_size);
        expect(metadataMarks(bytes)).toEqual([]);
        expect(new URL(variant.url).pathname).toMatch(
          new RegExp(
            `/images/1/u-alice/\\d{4}/\\d\\d/\\d\\d/${image.id}_${variant.variant_type}-[0-9a-f]{8}\\.webp$`,
          ),
        );
      }
    });

    it('has its facts and its placeholder', async () => {
      const image = await upload(fixture);
      expect(image.processing).toMatchObject({ variants: { state: 'ready' }, metadata: { state: 'ready' } });
      expect(image.dominant_color).toMatch(/^#[0-9a-f]{6}$/);
      expect(Buffer.from(image.placeholder ?? '', 'base64').length).toBeGreaterThan(4);
      expect(image.metadata).toMatchObject({ orientation: fixture.orientation, frames: fixture.frames });
      expect(image.gps).toEqual(fixture.gps === undefined ? null : expect.objectContaining(fixture.gps));
    });

    it('tells its story complete and in order', async () => {
      const { id } = await upload(fixture);
      const { body } = await client.call<TimelineEntryBody[]>('GET', `/images/${id}/timeline`);
      const types = body.map(({ type }) => type);
      expect(body.map(({ seq }) => seq)).toEqual(body.map((_, index) => index + 1));
      expect(types.slice(0, 3)).toEqual(['presigned', 'stored', 'accepted']);
      for (const task of ['variants', 'metadata']) {
        const [started, ready] = [
          types.indexOf(`${task}_started` as never),
          types.indexOf(`${task}_ready` as never),
        ];
        expect(started).toBeGreaterThan(2);
        expect(ready).toBeGreaterThan(started);
      }
      expect(types.includes('metadata_warning')).toBe(fixture.damaged_exif ?? false);
    });
  });

  it.each(soundFixtures.filter(({ reference }) => reference !== undefined))(
    'shows $file upright, as another program does',
    async (fixture) => {
      const { variants } = await upload(fixture);
      const small = variants.find(({ variant_type }) => variant_type === 'small')!;
      const served = new Uint8Array(await (await fetch(small.url)).arrayBuffer());
      const [ours, theirs] = await Promise.all([
        readPixels(served),
        readPixels(fixturePath(fixture.reference!)),
      ]);
      expect(ssim(ours, theirs)).toBeGreaterThan(fixture.loose ? 0.9 : 0.96);
    },
  );

  it.each(soundFixtures.filter(({ exif }) => exif !== undefined))(
    'reads EXIF, IPTC and XMP of $file as exiftool does, all of it',
    async (fixture) => {
      const { metadata } = await upload(fixture);
      const theirs = JSON.parse(await readFile(fixturePath(fixture.exif!), 'utf8')) as Record<
        string,
        unknown
      >;
      const expected = asDarkroom(theirs);
      expect(Object.keys(expected.exif).length).toBeGreaterThan(15);
      for (const group of ['exif', 'iptc', 'xmp'] as const)
        expect([group, rounded(metadata?.[group])]).toEqual([group, rounded(expected[group])]);
      expect(JSON.stringify(metadata)).not.toMatch(/gps/i);
    },
  );

  it.each(refusedFixtures.filter(({ file }) => file !== 'empty.jpg'))(
    'refuses $file and keeps nothing of it',
    async (fixture) => {
      const extension = fixture.file.split('.').at(-1) ?? '';
      const contentType = { jpg: 'image/jpeg', svg: 'image/png' }[extension] ?? `image/${extension}`;
      const filename = extension === 'svg' ? 'script.png' : fixture.file;
      const bytes = await readFile(fixturePath(fixture.file));
      const id = await client.send({ filename, contentType, bytes });
      await client.complete(id);
      const image = await client.settled(id);
      expect(image).toMatchObject({
        status: 'failed',
        failure_code: fixture.refused.code,
        variants: [],
        url: null,
      });
      const again = await client.complete(id);
      expect(again.status).toBe(422);
      expect(again.body).toMatchObject({ success: false, code: fixture.refused.code });
      // The relay and the call may both have looked: whoever came second takes its copy away after the answer
      const keys = async () => (await bucket.keys()).filter((key) => key.includes(id));
      await waitFor(async () => (await keys()).length === 0, { what: 'its objects to go' });
    },
  );

  it('serves the original by a signed URL alone, as an attachment', async () => {
    const image = await upload(soundFixtures[0]!);
    const signed = await fetch(image.url!);
    expect(signed.status).toBe(200);
    expect(signed.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(Buffer.from(await signed.arrayBuffer())).toEqual(
      await readFile(fixturePath(soundFixtures[0]!.file)),
    );
    expect((await fetch(image.url!.replace(/\?.*/, ''))).status).toBe(403);
  });

  it('takes an upload by the snippet of the README', async () => {
    const { file, type } = soundFixtures[0]!;
    const upload = await readmeSnippet((await stack.describe()).api);
    const photograph = new File([await readFile(fixturePath(file))], file, { type });
    const { id } = await upload(photograph, await stack.darkroom('token', 'alice'));
    expect(await client.settled(id)).toMatchObject({ status: 'completed', title: file });
  });

  const itOnThisMachine = runningTarget === undefined ? it : it.skip; // a container has another 127.0.0.1
  itOnThisMachine('tells a webhook on this machine of what happens to an image', async () => {
    const receiver = await receiveWebhooks();
    const darkroom = async (...args: string[]) =>
      (await stack.darkroom('webhooks', ...args, '--owner', 'alice')).split('\n');
    const [webhook, secret] = (await darkroom('create', receiver.url)) as [string, string];
    receiver.trust(secret);
    const { file, type } = soundFixtures[0]!;
    const { id } = await client.upload(fixturePath(file), type);
    const types = () => receiver.received.map((one) => one.type).sort();
    const all = ['image.metadata_extracted', 'image.uploaded', 'image.variants_generated'];
    await waitFor(() => all.every((one) => types().includes(one)), { what: 'the webhooks' });
    expect(new Set(receiver.received.map(({ data }) => data['image_id']))).toEqual(new Set([id]));
    expect(JSON.stringify(receiver.received)).not.toContain(file);
    const first = receiver.received[0]!;
    const path = `/webhooks/${webhook}/deliveries/${first.id}`;
    await waitFor(
      async () => (await client.call<{ status: string }>('GET', path)).body.status === 'delivered',
      {
        what: 'the log',
      },
    );
    expect(await darkroom('replay', webhook, first.id)).toEqual(['1 on their way']);
    await waitFor(() => receiver.received.filter(({ id }) => id === first.id).length === 2, {
      what: 'the replay',
    });
    await receiver.close();
  });

  it('leaves nothing in incoming/', async () => {
    await Promise.all(uploaded.values());
    expect(await bucket.keys('incoming/')).toEqual([]);
  });

  if (eventBus === 'kafka') {
    it('puts CloudEvents on the topic: one of each kind per image, in order, without names', async () => {
      const { kafka } = await stack.describe();
      const image = await upload(soundFixtures[0]!);
      const messages = await readTopic(kafka!, ({ key }) => key === image.id, 3);
      const sequence = messages.map(({ headers }) => Number(headers['ce_sequence']));
      expect(sequence).toEqual(sequence.toSorted((a, b) => a - b));
      expect(messages.map(({ headers }) => headers['ce_type']).sort()).toEqual(
        ['ImageMetadataExtracted', 'ImageUploaded', 'ImageVariantsGenerated'].sort(),
      );
      for (const { headers, value } of messages) {
        expect(headers).toMatchObject({
          ce_specversion: '1.0',
          ce_subject: image.id,
          'content-type': 'application/json',
        });
        expect(JSON.stringify(headers) + value).not.toContain(image.original_filename);
      }
    });
  }
});
