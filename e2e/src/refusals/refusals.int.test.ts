import { readFile } from 'node:fs/promises';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import type { TimelineEntryBody } from '@darkroom/contracts';
import {
  Client,
  post,
  runningTarget,
  startStack,
  waitFor,
  type Presigned,
  type TestStack,
} from '@darkroom/testing';
import { Bucket } from '../support/bucket.ts';

const policyMs = 6_000;

describe('what is refused', () => {
  let stack: TestStack;
  let alice: Client;
  let mallory: Client;
  let bucket: Bucket;
  let photo: Buffer;
  const presign = (bytes: Uint8Array, contentType = 'image/jpeg', filename = 'photo.jpg') =>
    alice.presigned({ filename, contentType, bytes });

  beforeAll(async () => {
    const own = { env: { UPLOAD_EXPIRY_MS: String(policyMs) } };
    stack = await startStack(runningTarget === undefined ? own : {});
    [alice, mallory] = await Promise.all([Client.of(stack, 'alice'), Client.of(stack, 'mallory')]);
    bucket = new Bucket((await stack.describe()).s3);
    photo = await readFile(fixturePath('orientation-1.jpg'));
  }, 180_000);

  afterAll(async () => {
    bucket.close();
    await stack.close();
  }, 30_000);

  it.each<[string, (presigned: Presigned) => Record<string, string>, number, string]>([
    ['another key', ({ fields }) => ({ key: `${fields['key']}x` }), 403, 'AccessDenied'],
    ['a key outside incoming/', () => ({ key: 'images/1/mine.webp' }), 403, 'AccessDenied'],
    ['another type', () => ({ 'Content-Type': 'text/html' }), 403, 'AccessDenied'],
    ['an extra field', () => ({ acl: 'public-read' }), 403, 'AccessDenied'],
    ['another signature', () => ({ 'X-Amz-Signature': '0'.repeat(64) }), 403, 'SignatureDoesNotMatch'],
  ])('S3 takes no form with %s', async (_, change, status, code) => {
    const presigned = await presign(photo);
    const answer = await post({ ...presigned, fields: { ...presigned.fields, ...change(presigned) } }, photo);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
    expect((await alice.complete(presigned.image_id)).body).toMatchObject({
      success: false,
      code: 'object_missing',
    });
  });

  it.each([
    ['larger', Buffer.alloc(10), 'EntityTooLarge'],
    ['smaller', undefined, 'EntityTooSmall'],
  ])('S3 takes no file that is %s than declared', async (_, more, code) => {
    const presigned = await presign(photo);
    const bytes = more === undefined ? photo.subarray(1) : Buffer.concat([photo, more]);
    const answer = await post(presigned, bytes);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
  });

  const itWithOwnStack = runningTarget === undefined ? it : it.skip; // elsewhere policies last for minutes
  itWithOwnStack('S3 takes nothing after the policy has ended', async () => {
    const presigned = await presign(photo);
    const ended = Date.now() + policyMs;
    await waitFor(() => Date.now() > ended, { timeoutMs: policyMs + 5_000, what: 'the end of the policy' });
    const answer = await post(presigned, photo);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  });

  it('a PNG declared as JPEG ends as failed, with its reason on the timeline', async () => {
    const png = await readFile(fixturePath('tiny.png'));
    const id = await alice.send({ filename: 'really.jpg', contentType: 'image/jpeg', bytes: png });
    const answer = await alice.complete(id);
    expect([answer.status, answer.body.code]).toEqual([422, 'type_mismatch']);
    const { body } = await alice.call<TimelineEntryBody[]>('GET', `/images/${id}/timeline`);
    expect(body.at(-1)).toMatchObject({ type: 'rejected', detail: { code: 'type_mismatch' } });
  });

  it('a policy replayed after acceptance changes nothing', async () => {
    const presigned = await presign(photo);
    await post(presigned, photo);
    await alice.complete(presigned.image_id);
    const before = await alice.settled(presigned.image_id);
    const other = Buffer.from(photo);
    other.fill(0, other.length - 2_000);
    expect((await post(presigned, other)).status).toBe(204);
    await waitFor(async () => (await bucket.keys('incoming/')).length === 0, {
      timeoutMs: 60_000,
      what: 'the replayed upload to be swept',
    });
    const after = await alice.image(presigned.image_id);
    expect({ ...after, url: '' }).toEqual({ ...before, url: '' });
    expect(Buffer.from((await bucket.read(after.file_key)).bytes)).toEqual(photo);
  });

  it("somebody else's image is not there", async () => {
    const image = await alice.settled(
      await alice.send({ filename: 'a.jpg', contentType: 'image/jpeg', bytes: photo }),
    );
    const path = `/images/${image.id}`;
    const calls: [string, string, unknown?][] = [
      ['GET', path],
      ['PUT', path, { title: 'mine' }],
      ['DELETE', `${path}?permanent=true`],
      ['POST', `${path}/restore`],
      ['POST', `${path}/variants`, {}],
      ['GET', `${path}/variants`],
      ['GET', `${path}/download`],
      ['GET', `${path}/timeline`],
      ['GET', `/images/upload-status/${image.id}`],
      ['POST', `/images/upload-complete/${image.id}`, { image_id: image.id }],
    ];
    for (const [method, route, body] of calls) {
      const answer = await mallory.call(method, route, body);
      expect([method, route, answer.status]).toEqual([method, route, 404]);
    }
    expect((await alice.image(image.id)).status).toBe('completed');
  });
});
