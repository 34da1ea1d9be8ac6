import { forEach, forEachPage } from './each.ts';
import { TaskReport } from './task-report.ts';

const items = Array.from({ length: 450 }, (_, index) => String(index).padStart(3, '0'));
const read = async (after: string | undefined, limit: number): Promise<readonly string[]> =>
  items.filter((item) => after === undefined || item > after).slice(0, limit);

/** One run over all items from `start`: what it did, and where the next one goes on. */
async function run(limit: number, start?: string, signal = new AbortController().signal) {
  const report = new TaskReport('test', limit, false);
  const done: string[] = [];
  const name = (item: string) => item;
  const mark = await forEachPage(
    { report, signal },
    read,
    name,
    (page) =>
      forEach({ report, signal }, page, name, async (item) => {
        done.push(item);
        report.did('done', item);
      }),
    start,
  );
  return { done, mark, finished: report.finished };
}

it('goes through all pages', async () => {
  expect(await run(1_000)).toEqual({ done: items, mark: undefined, finished: true });
});

it('goes on behind the last item that was really done, wherever the limit fell', async () => {
  for (const limit of [3, 200, 201, 398]) {
    const seen: string[] = [];
    let mark: string | undefined;
    do {
      const result = await run(limit, mark);
      seen.push(...result.done);
      mark = result.mark;
      expect(result.finished).toBe(mark === undefined);
    } while (mark !== undefined);
    expect(seen).toEqual(items);
  }
});

it('skips nothing where it is told to stop in the middle of a page', async () => {
  const stop = new AbortController();
  const report = new TaskReport('test', 1_000, false);
  const context = { report, signal: stop.signal };
  const done: string[] = [];
  const mark = await forEachPage(
    context,
    read,
    (item) => item,
    (page) =>
      forEach(context, page, String, async (item) => {
        done.push(item);
        if (item === '210') stop.abort();
      }),
  );
  expect(mark).toBe(done.at(-1));
  expect(report.finished).toBe(false);
  expect((await run(1_000, mark)).done[0]).toBe(items[done.length]);
});
