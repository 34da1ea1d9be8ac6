import type { ImageBody } from './contract.ts';
import { ApiError, NetworkError } from './api-error.ts';
import { UploadList, type Upload } from './upload-list.ts';
import { isEnded, stagesOf } from './upload-state.ts';
import { fakeWorld, fileOf, imageOf, type WorldChanges } from './world.fixture.ts';

/** A list on an API and a store that take everything. */
function world(changes: WorldChanges = {}) {
  const ready: ImageBody[] = [];
  const { uploader, presigned } = fakeWorld(changes);
  const list = new UploadList(uploader, { onReady: (image) => ready.push(image) });
  const add = (...names: string[]) => list.add(names.map(fileOf), { category: 1 });
  return { list, add, ready, presigned };
}

/** Resolves with the uploads once they fulfil the condition. */
function until(list: UploadList, condition: (uploads: readonly Upload[]) => boolean) {
  return new Promise<readonly Upload[]>((resolve) => {
    const stop = list.subscribe(look);
    look();
    function look() {
      if (!condition(list.uploads())) return;
      queueMicrotask(() => stop());
      resolve(list.uploads());
    }
  });
}

const random = Math.random;
beforeAll(() => (Math.random = () => 0)); // the shortest of the jittered pauses
afterAll(() => (Math.random = random));
const allEnded = (uploads: readonly Upload[]) => uploads.every(isEnded);

describe('UploadList', () => {
  it('takes a file through every phase in order', async () => {
    const { list, add, ready } = world({
      send: (_url, _fields, { size }, { onProgress }) => {
        onProgress(size / 2);
        return Promise.resolve({ status: 204, s3Code: undefined });
      },
    });
    const phases: string[] = [];
    let halfway = false;
    list.subscribe(() => {
      const [upload] = list.uploads();
      if (upload !== undefined && phases.at(-1) !== upload.phase) phases.push(upload.phase);
      if (upload?.phase === 'sending' && upload.sentBytes === 5) halfway = true;
    });
    add('a.jpg');
    const [upload] = await until(list, allEnded);
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
    const { list, add, ready } = world({
      concurrency: 3,
      send: async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve));
        running -= 1;
        return { status: 204, s3Code: undefined };
      },
    });
    add(...Array.from({ length: 12 }, (_, n) => `${n}.jpg`));
    await until(list, allEnded);
    expect(most).toBe(3);
    expect(ready).toHaveLength(12);
  });

  it('takes only 204 for success, and asks for another policy before it sends again', async () => {
    const answers = [403, 204];
    const { list, add, presigned } = world({
      send: () => Promise.resolve({ status: answers.shift(), s3Code: 'AccessDenied' }),
    });
    add('a.jpg');
    const [upload] = await until(list, allEnded);
    expect(upload?.phase).toBe('ready');
    expect(presigned).toHaveLength(2);
  });

  it('goes on after a lost connection', async () => {
    let calls = 0;
    const { list, add } = world({
      api: {
        complete: (id) =>
          (calls += 1) === 1
            ? Promise.reject(new NetworkError('gone'))
            : Promise.resolve(imageOf(id, 'ready')),
      },
    });
    add('a.jpg');
    const [upload] = await until(list, allEnded);
    expect(upload?.phase).toBe('ready');
    expect(calls).toBe(2);
  });

  it('ends with the failure code when the image is refused, and does not try again by itself', async () => {
    let calls = 0;
    const { list, add } = world({
      api: {
        complete: () => {
          calls += 1;
          return Promise.reject(new ApiError(422, { code: 'not_an_image', detail: 'no' }));
        },
      },
    });
    add('notes.jpg');
    const [upload] = await until(list, allEnded);
    expect(upload?.failure).toMatchObject({ code: 'not_an_image', stage: 'verified', retryable: false });
    expect(upload && stagesOf(upload)).toMatchObject({
      stored: 'done',
      verified: 'failed',
      variants: 'todo',
    });
    expect(calls).toBe(1);
  });

  it('lists a file that was refused beforehand without sending anything', () => {
    const { list, presigned } = world();
    list.add([fileOf('a.pdf')], {
      category: { id: 1, max_file_size: 100, allowed_extensions: ['jpg'] },
    });
    expect(list.uploads()[0]?.failure?.code).toBe('extension_not_allowed');
    expect(presigned).toEqual([]);
  });

  it('cancels what is being sent, frees its place, and sends it again when asked to', async () => {
    let hang = true;
    const { list, add } = world({
      concurrency: 1,
      send: (_url, _fields, _file, { signal }) =>
        hang
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
          : Promise.resolve({ status: 204, s3Code: undefined }),
    });
    add('a.jpg', 'b.jpg');
    const [first] = await until(list, ([upload]) => upload?.phase === 'sending');
    hang = false;
    list.cancel(first!.key);
    const [canceled, second] = await until(list, allEnded);
    expect([canceled?.phase, second?.phase]).toEqual(['canceled', 'ready']);
    list.retry(first!.key);
    const [again] = await until(list, allEnded);
    expect(again?.phase).toBe('ready');
  });

  it('says so when variants fail, and keeps failures when finished ones are cleared', async () => {
    const { list, add } = world({ api: { image: (id) => Promise.resolve(imageOf(id, 'failed')) } });
    add('a.jpg');
    const [upload] = await until(list, allEnded);
    expect(upload?.failure).toMatchObject({ code: 'variants_failed', retryable: false });
    list.dismissFinished();
    expect(list.uploads()).toHaveLength(1);
    list.dismiss(upload!.key);
    expect(list.uploads()).toHaveLength(0);
  });
});
