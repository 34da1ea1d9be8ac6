import fc from 'fast-check';
import { Lanes, type LaneJob } from './lanes.ts';

interface TestJob extends LaneJob {
  readonly name: string;
}

/** Jobs that end when told to. */
function controlled(concurrency: number, budget = Number.POSITIVE_INFINITY) {
  const ends = new Map<string, (end: 'finished' | 'again') => void>();
  const started: string[] = [];
  const lanes = new Lanes<TestJob>({
    concurrency,
    budget,
    run: ({ name }) => {
      started.push(name);
      const { promise, resolve } = Promise.withResolvers<'finished' | 'again'>();
      ends.set(name, resolve);
      return promise;
    },
  });
  const end = async (name: string, how: 'finished' | 'again' = 'finished'): Promise<void> => {
    ends.get(name)?.(how);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const add = (...names: string[]): void => {
    for (const name of names) lanes.add({ name, lane: name.replace(/\d+$/, ''), cost: 0 });
  };
  return { lanes, started, end, add };
}

describe('lanes', () => {
  it('run jobs of one lane one after another, of different lanes side by side', async () => {
    const { started, end, add } = controlled(10);
    add('a1', 'a2', 'b1', 'c1', 'b2');
    expect(started).toEqual(['a1', 'b1', 'c1']);
    await end('a1');
    expect(started.at(-1)).toBe('a2');
    await end('c1');
    expect(started).toHaveLength(4);
    await end('b1');
    expect(started.at(-1)).toBe('b2');
  });

  it('run no more at once than they may', async () => {
    const { lanes, started, end, add } = controlled(2);
    add('a1', 'b1', 'c1', 'd1');
    expect(started).toEqual(['a1', 'b1']);
    expect(lanes.queued).toBe(2);
    await end('b1');
    expect(started).toEqual(['a1', 'b1', 'c1']);
  });

  it('put a job back in front of its lane, behind the other lanes', async () => {
    const { started, end, add } = controlled(1);
    add('a1', 'a2', 'b1');
    await end('a1', 'again');
    expect(started).toEqual(['a1', 'b1']);
    await end('b1');
    expect(started).toEqual(['a1', 'b1', 'a1']);
  });

  it('let a large job wait until small ones have freed its share, and no longer than that', async () => {
    const { lanes, started, end } = controlled(4, 100);
    const add = (name: string, cost: number) => lanes.add({ name, lane: name, cost });
    add('s1', 30);
    add('s2', 30);
    add('large', 90);
    for (let n = 3; n <= 40; n += 1) add(`s${n}`, 30);
    expect(started).toEqual(['s1', 's2', 's3']);
    let at = 0;
    while (!started.includes('large')) {
      await end(started[at] ?? '');
      at += 1;
    }
    expect(started.length).toBeLessThan(25);
    expect(started.length).toBeGreaterThan(4); // small ones did use the room meanwhile
  });

  it('run a job that costs more than the whole budget alone', async () => {
    const { lanes, started, end } = controlled(4, 100);
    lanes.add({ name: 'small', lane: 'small', cost: 10 });
    lanes.add({ name: 'huge', lane: 'huge', cost: 500 });
    expect(started).toEqual(['small']);
    await end('small');
    expect(started).toEqual(['small', 'huge']);
    lanes.add({ name: 'next', lane: 'next', cost: 1 });
    expect(started).toEqual(['small', 'huge']);
    await end('huge');
    expect(started).toEqual(['small', 'huge', 'next']);
  });

  it('start nothing while paused, but one when asked', async () => {
    const { lanes, started, end, add } = controlled(4);
    lanes.pause();
    add('a1', 'b1', 'c1');
    expect(started).toEqual([]);
    expect(lanes.startOne()).toBe(true);
    await end('a1');
    expect(started).toEqual(['a1']);
    lanes.resume();
    expect(started).toEqual(['a1', 'b1', 'c1']);
    expect(lanes.startOne()).toBe(false);
  });

  it('can be emptied while jobs run', async () => {
    const { lanes, started, end, add } = controlled(1);
    add('a1', 'a2', 'b1');
    expect(lanes.drop(() => true).map(({ name }) => name)).toEqual(['a2', 'b1']);
    await end('a1');
    await lanes.idle();
    add('a3', 'b2');
    await end('a3');
    expect(started).toEqual(['a1', 'a3', 'b2']);
  });

  it('run every job once, in order within its lane, whatever their costs', async () => {
    const jobs = fc.array(fc.record({ lane: fc.constantFrom('a', 'b', 'c', 'd'), cost: fc.nat(150) }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 4 }), async (wanted, concurrency) => {
        const order: number[] = [];
        let running = 0;
        let spent = 0;
        const lanes = new Lanes<LaneJob & { n: number }>({
          concurrency,
          budget: 100,
          run: async ({ n, cost }) => {
            order.push(n);
            running += 1;
            spent += cost;
            expect(running).toBeLessThanOrEqual(concurrency);
            expect(spent <= 100 || running === 1).toBe(true);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            spent -= cost;
            return 'finished';
          },
        });
        wanted.forEach((job, n) => lanes.add({ ...job, n }));
        while (order.length < wanted.length) await new Promise((resolve) => setImmediate(resolve));
        await lanes.idle();
        for (const lane of ['a', 'b', 'c', 'd']) {
          const inLane = order.filter((n) => wanted[n]?.lane === lane);
          expect(inLane).toEqual(inLane.toSorted((x, y) => x - y));
        }
        expect(new Set(order).size).toBe(wanted.length);
      }),
      { numRuns: 50 },
    );
  });
});
