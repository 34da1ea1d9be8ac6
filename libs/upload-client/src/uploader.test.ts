import { ApiError, NetworkError } from './api-error.ts';
import { failureTexts } from './failure-texts.ts';
import type { UploadError } from './upload-error.ts';
import { fakeWorld, fileOf, imageOf, policyOf, untilState } from './world.fixture.ts';

const random = Math.random;
beforeAll(() => (Math.random = () => 0)); // the shortest of the jittered pauses
afterAll(() => (Math.random = random));

const file = fileOf('a.jpg');
const lost = { status: undefined, s3Code: undefined };
const taken = { status: 204, s3Code: undefined };
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as UploadError,
  );

describe('upload', () => {
  it('settles a promise per stage, tells of progress, and sends the description', async () => {
    let described: unknown;
    const { uploader } = fakeWorld({
      send: (_url, _fields, _file, { onProgress }) => {
        for (const bytes of [4, 10]) onProgress(bytes);
        return Promise.resolve(taken);
      },
      api: {
        complete: (id, description) => {
          described = description;
          return Promise.resolve(imageOf(id, 'pending'));
        },
      },
    });
    const progress: number[] = [];
    const handle = uploader.upload(file, {
      category: 1,
      title: 'Sea',
      altText: 'The sea',
      tags: ['sea'],
      onProgress: ({ sentBytes, totalBytes }) => progress.push(sentBytes / totalBytes),
    });
    expect(await handle.stored).toBe('image-1');
    expect((await handle.completed).processing.variants.state).toBe('pending');
    expect((await handle.ready).processing.variants.state).toBe('ready');
    expect(progress).toEqual([0.4, 1]);
    expect(described).toEqual({ title: 'Sea', alt_text: 'The sea', tags: ['sea'] });
    expect(handle.state()).toMatchObject({ phase: 'ready', duplicate: false, stalled: false });
  });

  it('keeps its policy over a lost connection, and gets another one after a 403', async () => {
    const answers = [lost, { status: 403, s3Code: 'AccessDenied' }, taken];
    const { uploader, sent } = fakeWorld({ send: () => Promise.resolve(answers.shift() ?? taken) });
    expect(await uploader.upload(file, { category: 1 }).stored).toBe('image-2');
    expect(sent).toEqual(['incoming/1', 'incoming/1', 'incoming/2']);
  });

  it('does not send with a policy that has expired while it waited', async () => {
    let count = 0;
    const answers = [lost, taken];
    const { uploader, sent } = fakeWorld({
      api: { presign: () => Promise.resolve(policyOf((count += 1), new Date().toISOString())) },
      send: () => Promise.resolve(answers.shift() ?? taken),
    });
    await uploader.upload(file, { category: 1 }).stored;
    expect(sent).toEqual(['incoming/1', 'incoming/2']);
  });

  it('only completes when it is tried again after the bytes were stored', async () => {
    let down = true;
    const { uploader, sent, presigned } = fakeWorld({
      api: {
        complete: (id) =>
          down ? Promise.reject(new NetworkError('gone')) : Promise.resolve(imageOf(id, 'ready')),
      },
    });
    const first = uploader.upload(file, { category: 1 });
    expect(await failureOf(first.ready)).toMatchObject({
      code: 'network',
      stage: 'verified',
      retryable: true,
    });
    expect(await first.stored).toBe('image-1');
    down = false;
    const second = first.retry();
    expect((await second.ready).id).toBe('image-1');
    expect([sent.length, presigned.length]).toEqual([1, 1]);
  });

  it('sends again when what was stored is of no use any more', async () => {
    const refusals = [new ApiError(422, { code: 'upload_expired', detail: 'too late' })];
    const { uploader, sent } = fakeWorld({
      api: {
        complete: (id) => {
          const refusal = refusals.shift();
          return refusal === undefined ? Promise.resolve(imageOf(id, 'ready')) : Promise.reject(refusal);
        },
      },
    });
    const first = uploader.upload(file, { category: 1 });
    expect(await failureOf(first.completed)).toMatchObject({ code: 'upload_expired', retryable: true });
    expect((await first.retry().ready).id).toBe('image-2');
    expect(sent).toHaveLength(2);
  });

  it('asks for a policy with one key throughout, and with another when that is spent', async () => {
    const keys: string[] = [];
    const refusals = [
      new NetworkError('gone'),
      new ApiError(409, { code: 'idempotency_key_spent', detail: 'reaped' }),
    ];
    const { uploader } = fakeWorld({
      api: {
        presign: (_file, key) => {
          keys.push(key);
          const refusal = refusals.shift();
          return refusal === undefined ? Promise.resolve(policyOf(keys.length)) : Promise.reject(refusal);
        },
      },
    });
    await uploader.upload(file, { category: 1 }).ready;
    expect(keys).toHaveLength(3);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('keeps the key when a person tries again, and not where what was stored is of no use', async () => {
    const keys: string[] = [];
    const failures = [new ApiError(400, { code: 'odd' }), undefined, undefined];
    const refusals = [new ApiError(422, { code: 'upload_expired' })];
    const { uploader } = fakeWorld({
      api: {
        presign: (_file, key) => {
          keys.push(key);
          const failure = failures.shift();
          return failure === undefined ? Promise.resolve(policyOf(keys.length)) : Promise.reject(failure);
        },
        complete: (id) => {
          const refusal = refusals.shift();
          return refusal === undefined ? Promise.resolve(imageOf(id, 'ready')) : Promise.reject(refusal);
        },
      },
    });
    const first = uploader.upload(file, { category: 1 });
    expect(await failureOf(first.ready)).toMatchObject({ code: 'rejected' });
    const second = first.retry();
    expect(await failureOf(second.ready)).toMatchObject({ code: 'upload_expired' });
    await second.retry().ready;
    expect(keys).toHaveLength(3);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('makes another key where a transform makes another file each time', async () => {
    const keys: string[] = [];
    const { uploader } = fakeWorld({
      api: {
        presign: (_file, key) => {
          keys.push(key);
          return keys.length === 1
            ? Promise.reject(new ApiError(422, { code: 'idempotency_key_reused' }))
            : Promise.resolve(policyOf(1));
        },
      },
    });
    await uploader.upload(file, { category: 1 }).ready;
    expect(new Set(keys).size).toBe(2);
  });

  it('describes its image where only the answer of S3 was lost, and the API has accepted it meanwhile', async () => {
    const answers = [
      policyOf(1),
      { duplicate: true as const, image_id: 'image-1', image: imageOf('image-1', 'ready') },
    ];
    const described: string[] = [];
    const { uploader, sent } = fakeWorld({
      api: {
        presign: () => Promise.resolve(answers.shift()!),
        complete: (id) => {
          described.push(id);
          return Promise.resolve(imageOf(id, 'ready'));
        },
      },
      send: () => Promise.resolve({ status: 403, s3Code: 'AccessDenied' }),
    });
    const handle = uploader.upload(file, { category: 1, title: 'Sea' });
    await handle.ready;
    expect(handle.state().duplicate).toBe(false);
    expect(described).toEqual(['image-1']);
    expect(sent).toHaveLength(1);
  });

  it('answers the image that is there already, and sends nothing', async () => {
    const there = imageOf('older', 'ready');
    const asked: unknown[] = [];
    const { uploader, sent } = fakeWorld({
      api: {
        presign: (request) => {
          asked.push(request);
          return Promise.resolve({ duplicate: true as const, image_id: 'older', image: there });
        },
      },
    });
    const handle = uploader.upload(file, { category: 1, onDuplicate: 'reuse' });
    expect(await handle.stored).toBe('older');
    expect(await handle.ready).toBe(there);
    expect(handle.state().duplicate).toBe(true);
    expect(sent).toEqual([]);
    expect(asked).toEqual([
      {
        filename: 'a.jpg',
        content_type: 'image/jpeg',
        file_size: 10,
        category_id: 1,
        checksum_sha256: 'a'.repeat(64),
        on_duplicate: 'reuse',
      },
    ]);
  });

  it('announces a HEIC file with the empty type that browsers give it', async () => {
    const { uploader, presigned } = fakeWorld();
    const heic = new Blob(['0123456789']);
    await uploader.upload(heic, { category: 1, filename: 'IMG_1.HEIC' }).ready;
    expect(presigned).toMatchObject([{ filename: 'IMG_1.HEIC', content_type: '' }]);
  });

  it('sends what a transform makes of the file, and counts its bytes', async () => {
    const { uploader, presigned } = fakeWorld();
    const handle = uploader.upload(file, {
      category: 1,
      transform: (original) => Promise.resolve(original.slice(0, 4, original.type)),
    });
    await handle.ready;
    expect(presigned).toMatchObject([{ filename: 'a.jpg', content_type: 'image/jpeg', file_size: 4 }]);
    expect(handle.state()).toMatchObject({ sentBytes: 4, totalBytes: 4 });
  });

  it('judges the size of what a transform makes, not of the file before', async () => {
    const { uploader, presigned } = fakeWorld();
    const category = { id: 1, max_file_size: 4, allowed_extensions: ['jpg'] };
    const cut = (bytes: number) => (original: Blob) =>
      Promise.resolve(original.slice(0, bytes, original.type));
    await uploader.upload(file, { category, transform: cut(4) }).ready;
    const tooLarge = uploader.upload(file, { category, transform: cut(5) });
    expect(await failureOf(tooLarge.ready)).toMatchObject({ code: 'file_too_large', stage: 'stored' });
    expect(presigned).toMatchObject([{ file_size: 4 }]);
  });

  it('tries again after a signal has ended it', async () => {
    const { uploader } = fakeWorld();
    const stop = AbortSignal.abort();
    const handle = uploader.upload(file, { category: 1, signal: stop });
    expect(await failureOf(handle.ready)).toMatchObject({ code: 'aborted' });
    expect(await handle.retry().ready).toMatchObject({ status: 'completed' });
  });

  it('says that a file cannot be read any more', async () => {
    const { uploader, presigned } = fakeWorld({
      sha256: () => Promise.reject(new Error('NotReadableError')),
    });
    const error = await failureOf(uploader.upload(file, { category: 1, checksum: true }).ready);
    expect(error).toMatchObject({ code: 'unreadable_file', stage: 'stored' });
    expect(presigned).toEqual([]);
  });

  it('ends at once when aborted, by the handle or by the signal, in any phase', async () => {
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const { uploader } = fakeWorld({ concurrency: 1, send: (_u, _f, _b, { signal }) => hang(signal) });
    const stop = new AbortController();
    const sending = uploader.upload(file, { category: 1 });
    const waiting = uploader.upload(file, { category: 1, signal: stop.signal });
    await untilState(sending, (phase) => phase === 'sending');
    expect(waiting.state().phase).toBe('waiting');
    stop.abort();
    sending.abort();
    for (const handle of [sending, waiting, uploader.upload(file, { category: 1, signal: stop.signal })]) {
      expect(await failureOf(handle.ready)).toMatchObject({ code: 'aborted', retryable: true });
      expect(handle.state().phase).toBe('canceled');
    }
  });

  it('tries what passes five times, and then leaves it to the person', async () => {
    const { uploader, sent } = fakeWorld({
      send: () => Promise.resolve({ status: 503, s3Code: 'SlowDown' }),
    });
    const error = await failureOf(uploader.upload(file, { category: 1 }).stored);
    expect(error).toMatchObject({ code: 'storage_refused', detail: 'SlowDown', retryable: true });
    expect(sent).toHaveLength(5);
  });

  it('tells failures in the language that is asked for, every code in both', async () => {
    const refuse = () => Promise.reject(new ApiError(422, { code: 'not_an_image', detail: 'no' }));
    const { uploader } = fakeWorld({ locale: 'ko', api: { complete: refuse } });
    const error = await failureOf(uploader.upload(file, { category: 1 }).ready);
    expect(error.message).toBe('이 파일은 이미지가 아닙니다. 사진이나 그림 파일을 선택해 주세요.');
    expect(Object.keys(failureTexts.ko).toSorted()).toEqual(Object.keys(failureTexts.en).toSorted());
    const all = Object.values(failureTexts).flatMap((texts) => Object.values(texts).flat());
    expect(all.every((text) => /\S[.!]$/.test(text))).toBe(true);
  });

  it('says when a quota is used up, and that the same file may go through once there is room', async () => {
    const refuse = () =>
      Promise.reject(new ApiError(403, { code: 'quota_exceeded', detail: '0 of 10 left' }));
    const { uploader } = fakeWorld({ api: { presign: refuse } });
    const error = await failureOf(uploader.upload(file, { category: 1 }).stored);
    expect(error).toMatchObject({ code: 'quota_exceeded', stage: 'stored', retryable: true, passing: false });
  });

  it('shows the sentence of the server where it has a code of its own', async () => {
    const refuse = () =>
      Promise.reject(new ApiError(404, { code: 'category_not_found', detail: 'there is no category 9' }));
    const { uploader } = fakeWorld({ api: { presign: refuse } });
    const error = await failureOf(uploader.upload(file, { category: 9 }).ready);
    expect(error).toMatchObject({ code: 'rejected', stage: 'stored', retryable: false });
    expect(error.message).toContain('there is no category 9');
  });
});
