import { imageOf } from '../world.fixture.ts';
import { tokenSource } from '../tokens.ts';
import { createAsk } from '../transport.ts';
import type { ImageBody } from '../contract.ts';
import { pollImage, watchByDoorbell } from '../watch-image.ts';
import { createDoorbell } from './doorbell.ts';
import { eventServer, type EventServer } from './event-server.fixture.ts';

let server: EventServer;
beforeEach(async () => (server = await eventServer()));
afterEach(() => server.close());

const event = (imageId: string) => `event: timeline\ndata: ${JSON.stringify({ image_id: imageId })}\n\n`;
const { signal } = new AbortController();

/** Watches images of which it counts who looks; `settle` makes one ready. */
function world() {
  const doorbell = createDoorbell(createAsk(server.base, tokenSource('t')));
  const ready = new Set<string>();
  const looks: string[] = [];
  let tell: () => void = () => undefined;
  const looked = async (count: number) => {
    while (looks.length < count) await new Promise<void>((resolve) => (tell = resolve));
  };
  const watch = (id: string, way = watchByDoorbell(doorbell)): Promise<ImageBody> =>
    way(imageOf(id, 'pending'), {
      signal,
      onImage: () => tell(),
      fetchImage: () => {
        looks.push(id);
        return Promise.resolve(imageOf(id, ready.has(id) ? 'ready' : 'pending'));
      },
    });
  return { doorbell, ready, looks, looked, watch };
}

describe('watching by the doorbell', () => {
  it('looks at an image when the stream tells of it, all images by one connection, and then leaves', async () => {
    const { doorbell, ready, looks, looked, watch } = world();
    const watched = ['one', 'two', 'three'].map((id) => watch(id));
    const stream = await server.next();
    expect(stream.path).toBe('/events');
    stream.write(': hello\n\n'); // what happened before the stream began is looked at
    await looked(3);
    expect(doorbell.isLive()).toBe(true);
    ready.add('two');
    looks.length = 0;
    stream.write(event('somebody else') + event('two'));
    expect((await watched[1])?.id).toBe('two');
    expect(looks).toEqual(['two']);
    for (const id of ['one', 'three']) ready.add(id);
    stream.write('id: 9\nevent: reset\ndata: {"reason":"pruned"}\n\n');
    await Promise.all(watched);
    await stream.closed;
    expect(doorbell.isLive()).toBe(false);
  });

  it('polls where there is no stream, and where it was lost', async () => {
    const { doorbell, ready, looks, looked, watch } = world();
    const watched = watch('one');
    (await server.next()).refuse(404);
    await looked(2);
    expect(doorbell.isLive()).toBe(false);
    ready.add('one');
    await watched;
    looks.length = 0;

    const again = watch('two');
    const stream = await server.next();
    stream.write(': hello\n\n');
    await looked(1);
    stream.cut();
    ready.add('two');
    await looked(2);
    await again;
  });

  it('does not look at all at what is ready, nor listen', async () => {
    const { doorbell, looks } = world();
    const settled = imageOf('one', 'ready');
    const never = { signal, onImage: () => undefined, fetchImage: () => Promise.reject(new Error('asked')) };
    expect(await watchByDoorbell(doorbell)(settled, never)).toBe(settled);
    expect(await pollImage(settled, never)).toBe(settled);
    expect(looks).toEqual([]);
  });
});
