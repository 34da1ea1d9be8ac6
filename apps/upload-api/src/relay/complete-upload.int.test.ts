import { migrate } from '@darkroom/adapter-postgres';
import { completeUpload, type CompleteDependencies, type Image } from '@darkroom/domain';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, openAcceptanceKit, type AcceptanceKit } from './acceptance.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let kit: AcceptanceKit;
let deps: CompleteDependencies;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openAcceptanceKit({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
  deps = { ...kit.deps, accept: kit.accept() };
});
afterAll(async () => {
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('tiny.png');
const arrive = (): Promise<Image> => kit.arrived(photo, 'image/png');
const words = { title: 'Sea', description: 'At noon', alt_text: 'Waves', tags: ['sea', 'noon'] };

it('accepts by itself, and describes', async () => {
  const image = await arrive();
  expect(await completeUpload(deps)(image.id, words)).toMatchObject({
    status: 'completed',
    title: 'Sea',
    description: 'At noon',
    altText: 'Waves',
    tags: ['sea', 'noon'],
  });
  expect(await kit.events(image)).toEqual(['ImageUploaded', 'ImageUpdated']);
  expect(await kit.timeline(image)).toEqual(['presigned', 'stored', 'accepted', 'described']);
});

it('describes what the notification has brought in already', async () => {
  const image = await arrive();
  await deps.accept({ key: image.incomingKey });
  expect((await completeUpload(deps)(image.id, { title: 'Sea' })).title).toBe('Sea');
});

it.each([
  ['empty fields', { title: '', description: '', alt_text: '', tags: [] }],
  ['other words', { title: 'Other', tags: ['other'] }],
])('changes nothing when it is repeated with %s', async (_, repeated) => {
  const image = await arrive();
  const first = await completeUpload(deps)(image.id, words);
  expect(await completeUpload(deps)(image.id, repeated)).toEqual(first);
  expect(await kit.row(image)).toEqual(first);
});

it('describes nothing, and says so, where every field is empty', async () => {
  const image = await arrive();
  await completeUpload(deps)(image.id, { title: '' });
  await completeUpload(deps)(image.id, { title: 'too late' });
  expect(await kit.row(image)).toMatchObject({ title: '' });
  expect(await kit.events(image)).toEqual(['ImageUploaded']);
});

it('is a conflict while nothing has arrived, and works once it has', async () => {
  const image = await kit.newImage(photo, 'image/png');
  await expect(completeUpload(deps)(image.id, words)).rejects.toMatchObject({
    code: 'conflict',
    reason: 'object_missing',
  });
  await kit.put(image, photo);
  expect((await completeUpload(deps)(image.id, words)).title).toBe('Sea');
});

it('gives the code of a refusal, the second time too', async () => {
  const image = await kit.arrivedFile('text.jpg');
  for (let call = 0; call < 2; call += 1) {
    await expect(completeUpload(deps)(image.id, words)).rejects.toMatchObject({
      code: 'unprocessable',
      reason: 'not_an_image',
    });
  }
  expect(await kit.events(image)).toEqual(['ImageRejected']);
});

it('knows no image that is not there', async () => {
  const nobody = '0192f0c1-0000-7000-8000-000000000000';
  await expect(completeUpload(deps)(nobody, words)).rejects.toMatchObject({ code: 'not_found' });
});

it('meets the notification a hundred times, and every image is accepted and described once', async () => {
  const complete = completeUpload(deps);
  for (let round = 0; round < 10; round += 1) {
    const images = await Promise.all(Array.from({ length: 10 }, arrive));
    await Promise.all(
      images.map(async (image, index) => {
        const calls = [
          () => deps.accept({ key: image.incomingKey }),
          () => complete(image.id, words),
          () => complete(image.id, { title: 'the other call' }),
        ];
        await Promise.all((index % 2 === 0 ? calls : calls.toReversed()).map((call) => call()));
      }),
    );
    for (const image of images) {
      const { status, title, originalKey } = await kit.row(image);
      expect({ status, title: ['Sea', 'the other call'].includes(title) }).toEqual({
        status: 'completed',
        title: true,
      });
      expect(await kit.events(image)).toEqual(['ImageUploaded', 'ImageUpdated']);
      expect(await kit.timeline(image)).toEqual(['presigned', 'stored', 'accepted', 'described']);
      expect(await kit.s3.objects.head(originalKey!)).toBeDefined();
    }
  }
  expect(await kit.s3.maintenance.list('incoming/', undefined, 1_000)).toHaveLength(0);
});
