import type { Page, Request } from 'playwright-core';
import { openBrowserWorld, signedIn, type BrowserWorld, type Globals } from './browser.fixture.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
}, 180_000);
afterAll(() => world.close());

interface SignedIn extends Globals {
  readonly token: () => Promise<string>;
}

/** Addresses of what the page asks of the API, without its queries. */
function asked(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== 'OPTIONS' && pathname.startsWith('/api/')) paths.push(pathname.slice(4));
  });
  return paths;
}

const isOf = (request: Request, address: string) => request.url().startsWith(address);

/** The most requests of a kind that were under way at once. */
function atOnce(page: Page, kind: (request: Request) => boolean): () => number {
  const open = new Set<Request>();
  let most = 0;
  page.on('request', (request) => {
    if (kind(request)) open.add(request);
    most = Math.max(most, open.size);
  });
  for (const end of ['requestfinished', 'requestfailed'] as const) {
    page.on(end as 'requestfinished', (request) => void open.delete(request));
  }
  return () => most;
}

describe('the upload client in Chromium', () => {
  it('uploads across origins, renews its token, and answers the image that is there for the same file', async () => {
    const page = await world.visit();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    await signedIn(page, 'sdk', world.apiBase);
    const outcome = await page.evaluate(async (apiBase) => {
      const { uploadClient, token: renewed } = window as unknown as SignedIn;
      const tokens = ['long.since.expired'];
      const token = () => tokens.shift() ?? renewed();
      const file = new File([await (await fetch('/photograph.jpg')).blob()], 'ladybird.jpg', {
        type: 'image/jpeg',
      });
      const uploader = uploadClient.createUploader({ apiBase, token });
      const progress: number[] = [];
      const first = uploader.upload(file, {
        category: 1,
        title: 'Ladybird',
        tags: ['insect'],
        onDuplicate: 'reuse',
        onProgress: ({ sentBytes, totalBytes }) => progress.push(sentBytes / totalBytes),
      });
      const image = await first.ready;
      const second = uploader.upload(file, { category: 1, onDuplicate: 'reuse' });
      const same = await second.ready;
      const { title, tags, variants } = image;
      return {
        image: { title, tags, variants: variants.length },
        progress,
        same: same.id === image.id,
        duplicate: [first.state().duplicate, second.state().duplicate],
      };
    }, world.apiBase);
    expect(outcome.image).toEqual({ title: 'Ladybird', tags: ['insect'], variants: 5 });
    expect(outcome.progress.at(-1)).toBe(1);
    expect(outcome.progress).toEqual(outcome.progress.toSorted((a, b) => a - b));
    expect(outcome).toMatchObject({ same: true, duplicate: [false, true] });
    expect(workers).toHaveLength(2);
    await page.close();
  }, 120_000);

  it('stops sending when it is cancelled, and sends it all when it is tried again', async () => {
    const page = await world.visit();
    await signedIn(page, 'fickle', world.apiBase);
    const paths = asked(page);
    world.line.hold();
    await page.evaluate(async (apiBase) => {
      const { uploadClient, token } = window as unknown as SignedIn;
      const file = new File([await (await fetch('/photograph.jpg')).blob()], 'ladybird.jpg');
      const upload = uploadClient.createUploader({ apiBase, token }).upload(file, { category: 1 });
      Object.assign(window, { upload });
    }, world.apiBase);
    await world.line.untilHeld(100_000);
    const canceled = await page.evaluate(async () => {
      const { upload } = window as unknown as { upload: ReturnType<Globals['uploadClient']['upload']> };
      const { phase } = upload.state();
      upload.abort();
      const failure = await upload.ready.catch((error: { code: string; retryable: boolean }) => error);
      return [phase, upload.state().phase, 'code' in failure && failure.code, 'retryable' in failure];
    });
    expect(canceled).toEqual(['sending', 'canceled', 'aborted', true]);
    expect(paths.filter((path) => path.startsWith('/images/upload-complete'))).toEqual([]);
    world.line.release();
    const variants = await page.evaluate(async () => {
      const { upload } = window as unknown as { upload: ReturnType<Globals['uploadClient']['upload']> };
      return (await upload.retry().ready).variants.length;
    });
    expect(variants).toBe(5);
    await page.close();
  }, 120_000);

  it('takes thirty files at once: three are sent side by side, and one stream tells of all', async () => {
    const page = await world.visit();
    await signedIn(page, 'many', world.apiBase);
    const paths = asked(page);
    const posts = atOnce(page, (request) => request.method() === 'POST' && isOf(request, world.line.origin));
    const streams = atOnce(page, (request) => isOf(request, `${world.apiBase}/events`));
    const outcome = await page.evaluate(async (apiBase) => {
      const { uploadClient, token } = window as unknown as SignedIn;
      const canvas = new OffscreenCanvas(240, 160);
      const context = canvas.getContext('2d')!;
      const files: File[] = [];
      for (let n = 0; n < 30; n += 1) {
        context.fillStyle = `hsl(${n * 12} 80% 50%)`;
        context.fillRect(0, 0, 240, 160);
        files.push(
          new File([await canvas.convertToBlob({ type: 'image/jpeg' })], `${n}.jpg`, { type: 'image/jpeg' }),
        );
      }
      const list = new uploadClient.UploadList(uploadClient.createUploader({ apiBase, token }));
      list.add(files, { category: 1 });
      await new Promise<void>((resolve) => {
        const look = () => {
          if (list.uploads().every(uploadClient.isEnded)) resolve();
        };
        list.subscribe(look);
        look();
      });
      const answer = await fetch(`${apiBase}/images?page_size=100`, {
        headers: { authorization: `Bearer ${await token()}` },
      });
      const { count } = (await answer.json()) as { count: number };
      const ids = new Set(list.uploads().map(({ imageId }) => imageId));
      return { phases: [...new Set(list.uploads().map(({ phase }) => phase))], ids: ids.size, count };
    }, world.apiBase);
    expect(outcome).toEqual({ phases: ['ready'], ids: 30, count: 30 });
    expect(posts()).toBeLessThanOrEqual(3);
    expect(streams()).toBe(1);
    expect(paths.filter((path) => path === '/images/presigned-url')).toHaveLength(30);
    await page.close();
  }, 180_000);

  it('works in two tabs at once, each with its own files', async () => {
    const context = await world.newContext();
    const tabs = await Promise.all([world.visit(context), world.visit(context)]);
    const outcomes = await Promise.all(
      tabs.map(async (page, n) => {
        await signedIn(page, 'two tabs', world.apiBase);
        return page.evaluate(
          async ({ apiBase, title }) => {
            const { uploadClient, token } = window as unknown as SignedIn;
            const file = new File([await (await fetch('/photograph.jpg')).blob()], 'ladybird.jpg');
            const uploader = uploadClient.createUploader({ apiBase, token });
            const uploads = [1, 2].map(() => uploader.upload(file, { category: 1, title }));
            const images = await Promise.all(uploads.map(({ ready }) => ready));
            return images.map((image) => ({
              id: image.id,
              title: image.title,
              variants: image.variants.length,
            }));
          },
          { apiBase: world.apiBase, title: `tab ${n}` },
        );
      }),
    );
    for (const [n, images] of outcomes.entries()) {
      for (const image of images) expect(image).toMatchObject({ title: `tab ${n}`, variants: 5 });
    }
    expect(new Set(outcomes.flat().map(({ id }) => id)).size).toBe(4);
    await context.close();
  }, 120_000);

  it('tells live of all images and of one, across origins, and goes on where it was', async () => {
    const page = await world.visit();
    await signedIn(page, 'watcher', world.apiBase);
    const outcome = await page.evaluate(async (apiBase) => {
      const { uploadClient, token } = window as unknown as SignedIn;
      const { upload, watchImages, watchTimeline } = uploadClient;
      const seen: { id: string; type: string; seq: number; eventId: string }[] = [];
      const options = { apiBase, token };
      const connected = new Promise<() => void>((resolve) => {
        const stop = watchImages({
          ...options,
          onConnection: () => resolve(stop),
          onEntry: ({ image_id, type, seq }, eventId) => seen.push({ id: image_id, type, seq, eventId }),
        });
      });
      const stop = await connected;
      const file = new File([await (await fetch('/photograph.jpg')).blob()], 'ladybird.jpg');
      const { id } = await upload(file, { ...options, category: 1 }).ready;
      /** The timeline from its beginning, up to both of its ends. */
      const timeline = await new Promise<number[]>((resolve) => {
        const seqs: number[] = [];
        const types = new Set<string>();
        const end = watchTimeline(id, {
          ...options,
          onEntry: ({ seq, type }) => {
            seqs.push(seq);
            types.add(type);
            if (!types.has('variants_ready') || !types.has('metadata_ready')) return;
            end();
            resolve(seqs);
          },
        });
      });
      while (seen.length < timeline.length) await new Promise((resolve) => setTimeout(resolve, 20));
      stop();
      // Away for a while: what happens then is told afterwards, from the entry that was the last.
      const again = await new Promise<number>((resolve) => {
        const middle = seen[1]!;
        const end = watchImages({
          ...options,
          lastEventId: middle.eventId,
          onEntry: ({ seq }) => {
            end();
            resolve(seq);
          },
        });
      });
      return { seen, timeline, again, id };
    }, world.apiBase);
    expect(new Set(outcome.seen.map(({ id }) => id))).toEqual(new Set([outcome.id]));
    expect(outcome.seen.slice(0, outcome.timeline.length).map(({ seq }) => seq)).toEqual(outcome.timeline);
    expect(outcome.timeline).toEqual(outcome.timeline.map((_, n) => outcome.timeline[0]! + n));
    expect(outcome.again).toBe(outcome.seen[2]?.seq);
    await page.close();
  }, 120_000);

  it('uploads HEIC, of which the browser does not know the type', async () => {
    const created = await world.stack.darkroom(
      'categories',
      'add',
      'Phones',
      '--extensions',
      'heic,jpg',
      '--max-size',
      '10mb',
    );
    const categoryId = Number(/\d+/.exec(created)?.[0]);
    const page = await world.visit();
    await signedIn(page, 'phone', world.apiBase);
    const outcome = await page.evaluate(
      async ({ apiBase, category }) => {
        const { uploadClient, token } = window as unknown as SignedIn;
        const bytes = await (await fetch('/photo.heic')).arrayBuffer();
        const file = new File([bytes], 'IMG_0001.HEIC');
        const image = await uploadClient.upload(file, { apiBase, token, category }).ready;
        return [file.type, image.content_type, image.variants.length];
      },
      { apiBase: world.apiBase, category: categoryId },
    );
    expect(outcome).toEqual(['', 'image/heic', 5]);
    await page.close();
  }, 120_000);

  it('makes the checksum of 100 MB in a worker, and the page goes on meanwhile', async () => {
    const page = await world.visit();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    const meanwhile = await page.evaluate(async () => {
      const { createUploader } = (window as unknown as Globals).uploadClient;
      const file = new File(Array<Uint8Array<ArrayBuffer>>(100).fill(new Uint8Array(1024 * 1024)), 'a.jpg');
      let ticks = 0;
      let frames = 0;
      const timer = setInterval(() => (ticks += 1), 1);
      const frame = () => {
        frames += 1;
        handle = requestAnimationFrame(frame);
      };
      let handle = requestAnimationFrame(frame);
      // There is no API here: what counts is what happens before it is asked.
      const asked = new Promise<void>((resolve) => {
        window.fetch = () => {
          resolve();
          return Promise.reject(new Error('no API'));
        };
      });
      const upload = createUploader({ apiBase: '/api' }).upload(file, { category: 1, checksum: true });
      await asked;
      clearInterval(timer);
      cancelAnimationFrame(handle);
      upload.abort();
      return { ticks, frames };
    });
    expect(workers).toHaveLength(1);
    // Timers and frames of a page that is held up do not run.
    expect(meanwhile.ticks).toBeGreaterThan(10);
    expect(meanwhile.frames).toBeGreaterThan(5);
    await page.close();
  }, 120_000);

  it('makes a photograph smaller, upright as its EXIF says, and leaves others alone', async () => {
    const page = await world.visit();
    const outcome = await page.evaluate(async () => {
      const { resizeTo } = (window as unknown as Globals).uploadClient;
      const { signal } = new AbortController();
      const canvas = new OffscreenCanvas(400, 200);
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#f00';
      context.fillRect(0, 0, 200, 200); // red at the left, which is at the top once it is turned
      const jpeg = await canvas.convertToBlob({ type: 'image/jpeg' });
      // EXIF with orientation 6: to be turned by 90 degrees clockwise.
      const exif = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1];
      const orientation = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
      const header = new Uint8Array([...exif, ...orientation]);
      const turned = new Blob([jpeg.slice(0, 2), header, jpeg.slice(2)], { type: 'image/jpeg' });

      const small = await resizeTo({ maxSide: 100 })(turned, signal);
      const bitmap = await createImageBitmap(small);
      const look = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      look.drawImage(bitmap, 0, 0);
      const red = (y: number) => look.getImageData(25, y, 1, 1).data[0]! > 128;
      const damaged = new Blob(['no picture'], { type: 'image/jpeg' });
      const gif = new Blob([jpeg], { type: 'image/gif' });
      const same = await Promise.all([
        resizeTo({ maxSide: 400 })(turned, signal).then((file) => file === turned),
        resizeTo({ maxSide: 100 })(damaged, signal).then((file) => file === damaged),
        resizeTo({ maxSide: 100 })(gif, signal).then((file) => file === gif),
      ]);
      return { size: [bitmap.width, bitmap.height], type: small.type, top: red(20), bottom: red(80), same };
    });
    expect(outcome).toEqual({
      size: [50, 100],
      type: 'image/jpeg',
      top: true,
      bottom: false,
      same: [true, true, true],
    });
    await page.close();
  });
});
