import type { ImageBody } from '@darkroom/contracts';
import { ApiError, NetworkError } from '../api/api-error.ts';
import type { SendForm } from './send-form.ts';
import type { UploadApi } from './upload-file.ts';
import { UploadQueue } from './upload-queue.ts';
import { isEnded, stagesOf, type Upload } from './upload-state.ts';

const image = (id: string, state: 'pending' | 'ready' | 'failed'): ImageBody =>
  ({
    id,
    status: 'completed',
    failure_code: null,
    variants: [],
    processing: {
      variants: { state, attempts: 1, error: null },
      metadata: { state: 'ready', attempts: 1, error: null },
    },
  }) as unknown as ImageBody;

/** An API and a store that take everything, and what they were asked. */
function world(changes: { api?: Partial<UploadApi>; send?: SendForm; concurrency?: number } = {}) {
  let presigned = 0;
  const ready: ImageBody[] = [];
  const api: UploadApi = {
    presign: () =>
      Promise.resolve({
        url: 'http://s3.test/bucket',
        fields: { key: 'incoming/a' },
        file_key: 'incoming/a',
        image_id: `image-${(presigned += 1)}`,
        expires_at: '2030-01-01T00:00:00Z',
      }),
    complete: (id) => Promise.resolve(image(id, 'pending')),
    image: (id) => Promise.resolve(image(id, 'ready')),
    ...changes.api,
  };
  const send: SendForm = changes.send ?? (() => Promise.resolve({ status: 204, s3Code: undefined }));
  const queue = new UploadQueue({
    api,
    send,
    concurrency: changes.concurrency ?? 2,
    onReady: (done) => ready.push(done),
  });
  return { queue, ready, presigned: () => presigned };
}

const file = (name: string) => new File(['0123456789'], name, { type: 'image/jpeg' });
const job = (name: string) => ({ file: file(name), categoryId: 1 });

/** Resolves with the uploads once they fulfil the condition. */
function until(queue: UploadQueue, condition: (uploads: readonly Upload[]) => boolean) {
  return new Promise<readonly Upload[]>((resolve) => {
    const stop = queue.subscribe(look);
    look();
    function look() {
      if (!condition(queue.uploads())) return;
      queueMicrotask(() => stop());
      resolve(queue.uploads());
    }
  });
}
const allEnded = (uploads: readonly Upload[]) => uploads.every(isEnded);

describe('UploadQueue', () => {
  it('takes a file through every phase in order', async () => {
    const { queue, ready } = world({
      send: (_url, _fields, { size }, { onProgress }) => {
        onProgress(size / 2);
        return Promise.resolve({ status: 204, s3Code: undefined });
      },
    });
    const phases: string[] = [];
    let halfway = false;
    queue.subscribe(() => {
      const [upload] = queue.uploads();
      if (upload !== undefined && phases.at(-1) !== upload.phase) phases.push(upload.phase);
      if (upload?.phase === 'sending' && upload.sentBytes === 5) halfway = true;
    });
    queue.add([job('a.jpg')]);
    const [upload] = await until(queue, allEnded);
    expect(phases).toEqual(['waiting', 'preparing', 'sending', 'verifying', 'processing', 'ready']);
    expect(halfway).toBe(true);
    expect(upload && stagesOf(upload)).toEqual({
      stored: 'done',
      verified: 'done',
      variants: 'done',
      metadata: 'done',
    });
    expect(ready.map(({ id }) => id)).toEqual(['image-1']);
  });

  it('sends no more than the limit side by side, and all in the end', async () => {
    let running = 0;
    let most = 0;
    const { queue, ready } = world({
      concurrency: 3,
      send: async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve));
        running -= 1;
        return { status: 204, s3Code: undefined };
      },
    });
    queue.add(Array.from({ length: 12 }, (_, n) => job(`${n}.jpg`)));
    await until(queue, allEnded);
    expect(most).toBe(3);
    expect(ready).toHaveLength(12);
  });

  it('takes only 204 for success, and asks for another policy before it sends again', async () => {
    const answers = [403, 204];
    const { queue, presigned } = world({
      send: () => Promise.resolve({ status: answers.shift(), s3Code: 'AccessDenied' }),
    });
    queue.add([job('a.jpg')]);
    const [upload] = await until(queue, allEnded);
    expect(upload?.phase).toBe('ready');
    expect(presigned()).toBe(2);
  });

  it('goes on after a lost connection', async () => {
    let calls = 0;
    const { queue } = world({
      api: {
        complete: (id) =>
          (calls += 1) === 1 ? Promise.reject(new NetworkError('gone')) : Promise.resolve(image(id, 'ready')),
      },
    });
    queue.add([job('a.jpg')]);
    const [upload] = await until(queue, allEnded);
    expect(upload?.phase).toBe('ready');
    expect(calls).toBe(2);
  });

  it('ends with the failure code when the image is refused, and does not try again by itself', async () => {
    let calls = 0;
    const { queue } = world({
      api: {
        complete: () => {
          calls += 1;
          return Promise.reject(new ApiError(422, { code: 'not_an_image', detail: 'no' }));
        },
      },
    });
    queue.add([job('notes.jpg')]);
    const [upload] = await until(queue, allEnded);
    expect(upload?.failure).toMatchObject({ code: 'not_an_image', stage: 'verified', retryable: false });
    expect(upload && stagesOf(upload)).toMatchObject({
      stored: 'done',
      verified: 'failed',
      variants: 'todo',
    });
    expect(calls).toBe(1);
  });

  it('lists a file that was refused beforehand without sending anything', () => {
    const { queue, presigned } = world();
    queue.add([{ ...job('a.pdf'), refusal: 'extension_not_allowed' }]);
    expect(queue.uploads()[0]?.failure?.code).toBe('extension_not_allowed');
    expect(presigned()).toBe(0);
  });

  it('cancels what is being sent, frees its place, and sends it again when asked to', async () => {
    let hang = true;
    const { queue } = world({
      concurrency: 1,
      send: (_url, _fields, _file, { signal }) =>
        hang
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
          : Promise.resolve({ status: 204, s3Code: undefined }),
    });
    queue.add([job('a.jpg'), job('b.jpg')]);
    const [first] = await until(queue, ([upload]) => upload?.phase === 'sending');
    hang = false;
    queue.cancel(first!.key);
    const [canceled, second] = await until(queue, allEnded);
    expect([canceled?.phase, second?.phase]).toEqual(['canceled', 'ready']);
    queue.retry(first!.key);
    const [again] = await until(queue, allEnded);
    expect(again?.phase).toBe('ready');
  });

  it('says so when variants fail, and keeps failures when finished ones are cleared', async () => {
    const { queue } = world({ api: { image: (id) => Promise.resolve(image(id, 'failed')) } });
    queue.add([job('a.jpg')]);
    const [upload] = await until(queue, allEnded);
    expect(upload?.failure).toMatchObject({ code: 'variants_failed', retryable: false });
    queue.dismissFinished();
    expect(queue.uploads()).toHaveLength(1);
    queue.dismiss(upload!.key);
    expect(queue.uploads()).toHaveLength(0);
  });
});
