import type { ImageBody, ImageListBody, ImageSummaryBody } from '@darkroom/contracts';
import { ImageList } from './image-list.ts';

const at = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, '0')}.000Z`;
const summary = (n: number) =>
  ({
    id: `i${n}`,
    created_at: at(n),
    thumbnail_url: null,
    small_url: null,
    preview_url: null,
  }) as ImageSummaryBody;
const image = (n: number) =>
  ({ ...summary(n), category: { name: 'c' }, variants: [] }) as unknown as ImageBody;

/** A server with images `i1` to `i<count>`, newest first, two to a page. */
function server(count: number) {
  const state = { count };
  const list = (cursor: string | undefined): Promise<ImageListBody> => {
    const newest = cursor === undefined ? state.count : Number(cursor);
    const numbers = [newest, newest - 1].filter((n) => n > 0);
    const next = newest - 2 > 0 ? String(newest - 2) : null;
    return Promise.resolve({ items: numbers.map(summary), count: state.count, next_cursor: next });
  };
  return { state, list };
}
const ids = (list: ImageList) => list.state().items.map(({ id }) => id);

describe('ImageList', () => {
  it('loads page after page', async () => {
    const list = new ImageList(server(5).list);
    await list.load();
    await list.loadMore();
    await list.loadMore();
    await list.loadMore();
    expect(ids(list)).toEqual(['i5', 'i4', 'i3', 'i2', 'i1']);
    expect(list.state()).toMatchObject({ count: 5, nextCursor: undefined });
  });

  it('refreshes without losing what was loaded, nor leaving a gap', async () => {
    const { state, list: call } = server(5);
    const list = new ImageList(call);
    await list.load();
    await list.loadMore();
    state.count = 6;
    await list.load();
    expect(ids(list)).toEqual(['i6', 'i5', 'i4', 'i3', 'i2']);
    state.count = 20; // many new ones: what is between them and the old ones is loaded by "more"
    await list.load();
    await list.loadMore();
    expect(ids(list)).toEqual(['i20', 'i19', 'i18', 'i17']);
  });

  it('keeps what is as it was as the same objects', async () => {
    const { state, list: call } = server(2);
    const list = new ImageList(call);
    await list.load();
    const [newest] = list.state().items;
    state.count = 3;
    await list.load();
    expect(list.state().items.map((item) => item === newest)).toEqual([false, true, false]);
  });

  it('tells nobody of a refresh that brings nothing new', async () => {
    const { state, list: call } = server(3);
    const list = new ImageList(call);
    await list.load();
    const told: number[] = [];
    list.subscribe(() => told.push(list.state().items.length));
    await list.load();
    expect(told).toEqual([]);
    state.count = 4;
    await list.load();
    expect(told).toEqual([3]);
  });

  it('loads the next page after a refresh during which that was asked for', async () => {
    const list = new ImageList(server(5).list);
    await list.load();
    const refreshing = list.load();
    await list.loadMore();
    await list.load();
    await refreshing;
    expect(ids(list)).toEqual(['i5', 'i4', 'i3', 'i2']);
  });

  it('puts a new image in its place and counts it once', async () => {
    const list = new ImageList(server(2).list);
    await list.load();
    list.put(image(3));
    list.put(image(3));
    expect(ids(list)).toEqual(['i3', 'i2', 'i1']);
    expect(list.state().count).toBe(3);
    list.remove('i3');
    expect(list.state().count).toBe(2);
  });

  it('leaves an image alone that stands further down than what is loaded: it is counted, and comes with its page', async () => {
    const list = new ImageList(server(5).list);
    await list.load();
    list.put(image(1)); // somebody opened it by its address
    expect(ids(list)).toEqual(['i5', 'i4']);
    expect(list.state().count).toBe(5);
    await list.loadMore();
    await list.loadMore();
    expect(ids(list)).toEqual(['i5', 'i4', 'i3', 'i2', 'i1']);
    expect(list.state().count).toBe(5);
  });

  it('takes nothing up before it is loaded', async () => {
    const list = new ImageList(server(5).list);
    list.put(image(1));
    expect(ids(list)).toEqual([]);
    await list.load();
    expect(ids(list)).toEqual(['i5', 'i4']);
    expect(list.state()).toMatchObject({ count: 5, nextCursor: '3' });
  });

  it('asks once more where an image became new while it was loading', async () => {
    const { state, list: call } = server(2);
    const list = new ImageList(call);
    await list.load();
    const loading = list.load();
    state.count = 3;
    list.put(image(3));
    await loading;
    expect(ids(list)).toEqual(['i3', 'i2', 'i1']);
    expect(list.state().count).toBe(3);
  });

  it('does again what failed, and tells of the failure until that has come to its end', async () => {
    let broken = false;
    const { list: call } = server(4);
    const list = new ImageList((cursor) => (broken ? Promise.reject(new Error('down')) : call(cursor)));
    await list.load();
    broken = true;
    await list.loadMore();
    broken = false;
    const retrying = list.retry();
    expect(list.state().error).toBeDefined();
    await retrying;
    expect(list.state().error).toBeUndefined();
    expect(ids(list)).toEqual(['i4', 'i3', 'i2', 'i1']);
  });

  it('tells of a failure and loads again when asked', async () => {
    let broken = true;
    const { list: call } = server(1);
    const list = new ImageList((cursor) => (broken ? Promise.reject(new Error('down')) : call(cursor)));
    await list.load();
    expect(list.state().error).toBeDefined();
    broken = false;
    await list.load();
    expect(list.state()).toMatchObject({ error: undefined, count: 1 });
  });

  it('leaves to the server what belongs into the list of a query', async () => {
    const list = new ImageList(server(2).list, () => false);
    await list.load();
    list.put(image(3));
    expect(ids(list)).toEqual(['i2', 'i1']);
    list.put({ ...image(2), title: 'Renamed' });
    expect(list.state().items[0]).toMatchObject({ id: 'i2', title: 'Renamed' });
  });

  it('keeps the address of a picture that is signed afresh, until that is asked for', async () => {
    let signature = 0;
    const list = new ImageList(() => {
      signature += 1;
      const preview_url = `http://store/medium.webp?signature=${signature}`;
      return Promise.resolve({ items: [{ ...summary(1), preview_url }], count: 1, next_cursor: null });
    });
    await list.load();
    await list.load();
    expect(list.state().items[0]!.preview_url).toMatch(/signature=1$/);
    await list.load({ newAddresses: true });
    expect(list.state().items[0]!.preview_url).toMatch(/signature=3$/);
  });

  it('asks for new addresses of all that is loaded, not of the first page alone', async () => {
    let signature = 0;
    const { list: call } = server(5);
    const list = new ImageList(async (cursor) => {
      signature += 1;
      const page = await call(cursor);
      const preview_url = `http://store/medium.webp?signature=${signature}`;
      return { ...page, items: page.items.map((item) => ({ ...item, preview_url })) };
    });
    await list.load();
    await list.loadMore();
    await list.load({ newAddresses: true });
    expect(list.state().items.map((item) => item.preview_url?.at(-1))).toEqual(['3', '3', '4', '4']);
  });

  it('refreshes once more when that is asked for while it is loading', async () => {
    let calls = 0;
    const { list: call } = server(1);
    const list = new ImageList((cursor) => {
      calls += 1;
      return call(cursor);
    });
    const first = list.load();
    await Promise.all([list.load(), list.load()]);
    await first;
    expect(calls).toBe(2);
  });
});
