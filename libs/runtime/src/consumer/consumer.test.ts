import { AppError, newId } from '@darkroom/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import { recordOfEvent, type DarkroomEvent } from '@darkroom/contracts';
import { createLogger } from '../logger.ts';
import type { ConsumerOptions, Handler, RunningConsumer } from './consumer-options.ts';
import { startConsumer } from './consumer.ts';
import { done, retry, skipped } from './handler-result.ts';
import { InMemoryDeliveryStore, InMemoryEventBus, uploaded } from './in-memory.fixture.ts';

const logger = createLogger({ name: 'consumer-test', level: 'silent' });
const down = () => new AppError('unavailable', 'down');

describe('the consumer loop', () => {
  let bus: InMemoryEventBus;
  let deliveries: InMemoryDeliveryStore;
  let consumer: RunningConsumer;

  beforeEach(() => {
    bus = new InMemoryEventBus();
    deliveries = new InMemoryDeliveryStore();
  });
  afterEach(() => consumer.stop());

  async function start(
    handler: Handler<'ImageUploaded'>,
    more: Partial<ConsumerOptions<'ImageUploaded'>> = {},
  ): Promise<void> {
    consumer = await startConsumer({
      bus,
      deliveries,
      group: 'g',
      types: ['ImageUploaded'],
      handler,
      concurrency: 4,
      logger,
      backoff: { baseMs: 1, capMs: 5 },
      outageBackoff: { baseMs: 10, capMs: 20 },
      pollMs: 10,
      leaseMs: 300,
      graceMs: 1_000,
      ...more,
    });
  }

  async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('waited in vain');
      await delay(2);
    }
  }

  it('commits up to the lowest that is not done, and all in the end', async () => {
    const slow = Promise.withResolvers<undefined>();
    const images = [newId(), newId(), newId()];
    await start(async ({ imageId }) => {
      if (imageId === images[1]) await slow.promise;
      return done();
    });
    bus.deliver(images.map((image) => uploaded(image)));
    await until(() => bus.committed === 1n);
    slow.resolve(undefined);
    await until(() => bus.committed === 3n);
  });

  it('passes over events of other types', async () => {
    await start(async () => done());
    const updated: DarkroomEvent = {
      ...uploaded(newId()),
      type: 'ImageUpdated',
      data: { image_id: newId(), owner_id: 'a', category_id: 1, fields: [] },
    };
    bus.deliver([updated]);
    await until(() => bus.committed === 1n);
    expect(consumer.stats()).toMatchObject({ done: 0, skipped: 0 });
  });

  it('asks the bus to pause when it has enough, and to go on', async () => {
    const gate = Promise.withResolvers<undefined>();
    await start(async () => {
      await gate.promise;
      return skipped('nothing to do');
    });
    bus.deliver(Array.from({ length: 250 }, () => uploaded(newId())));
    expect(bus.paused).toEqual(new Set([0]));
    gate.resolve(undefined);
    await until(() => bus.committed === 250n);
    expect(bus.paused.size).toBe(0);
    expect(consumer.stats().skipped).toBe(250);
  });

  it('keeps to the budget by what the events say', async () => {
    let spent = 0;
    let most = 0;
    await start(
      async ({ data }) => {
        spent += data.width;
        most = Math.max(most, spent);
        await delay(2);
        spent -= data.width;
        return done();
      },
      { budget: { limit: 100, cost: ({ data }) => data.width } },
    );
    bus.deliver(Array.from({ length: 40 }, (_, n) => uploaded(newId(), 1, 1 + ((n * 37) % 90))));
    await until(() => bus.committed === 40n);
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(50);
  });

  it('aborts and forgets the jobs of partitions that left, and those alone', async () => {
    const signals = new Map<string, AbortSignal>();
    const [leaving, staying] = [newId(), newId()];
    const gate = Promise.withResolvers<undefined>();
    await start(async ({ imageId }, { signal }) => {
      signals.set(imageId, signal);
      await gate.promise;
      return done();
    });
    bus.deliver([uploaded(leaving)], 1);
    bus.deliver([uploaded(staying)], 2);
    bus.listener?.onRevoked([1]);
    expect(signals.get(leaving)?.aborted).toBe(true);
    expect(signals.get(staying)?.aborted).toBe(false);
    gate.resolve(undefined);
    await until(() => bus.commits.length > 0);
    expect(bus.commits).toEqual([{ partition: 2, offset: 2n }]);
  });

  it('does not acknowledge what the store cannot take, and tries until it can', async () => {
    deliveries.failWith = down();
    await start(async () => retry('later', { delayMs: 60_000 }));
    bus.deliver([uploaded(newId())]);
    await until(() => deliveries.failures > 3);
    expect(bus.commits).toEqual([]);
    expect(consumer.stats().outage).toBe(true);
    deliveries.failWith = undefined;
    await until(() => bus.committed === 1n);
    expect(deliveries.rows.size).toBe(1);
    await until(() => !consumer.stats().outage);
  });

  it('lets a single job try while a dependency is down', async () => {
    let running = 0;
    let most = 0;
    let calls = 0;
    await start(async () => {
      calls += 1;
      running += 1;
      if (calls > 8) most = Math.max(most, running); // the first wave was under way already
      await delay(1);
      running -= 1;
      if (calls < 20) throw down();
      return done();
    });
    bus.deliver(Array.from({ length: 30 }, () => uploaded(newId())));
    await until(() => calls >= 12);
    expect(most).toBe(1);
    await until(() => bus.committed === 30n);
  });

  it('goes on with all jobs as soon as the probe answers, whatever each of them takes', async () => {
    let isDown = true;
    let probes = 0;
    let started = 0;
    const end = Promise.withResolvers<undefined>();
    const handler = async () => {
      if (isDown) throw down();
      started += 1;
      await end.promise;
      return done();
    };
    const probe = async () => {
      probes += 1;
      if (isDown) throw down();
    };
    await start(handler, { probe });
    bus.deliver(Array.from({ length: 4 }, () => uploaded(newId())));
    await until(() => probes >= 3);
    expect(consumer.stats().outage).toBe(true);
    isDown = false;
    await until(() => started === 4);
    expect(consumer.stats().outage).toBe(false);
    end.resolve(undefined);
    await until(() => bus.committed === 4n);
  });

  it('does not let one event that never gets through hold up all others for ever', async () => {
    const cursed = newId();
    const attempts: number[] = [];
    await start(
      async ({ imageId }, { attempt }) => {
        if (imageId !== cursed) return done();
        attempts.push(attempt);
        throw down();
      },
      { maxAttempts: 2 },
    );
    bus.deliver([uploaded(cursed)]);
    const others = setInterval(() => bus.deliver([uploaded(newId())]), 5);
    await until(() => deliveries.dead.length === 1);
    clearInterval(others);
    expect(deliveries.dead[0]).toMatchObject({ imageId: cursed, code: 'attempts_spent', attempts: 2 });
    expect(Math.max(...attempts)).toBe(2);
  });

  it('spends no attempt where the handler says so', async () => {
    const attempts: number[] = [];
    await start(
      async (_, { attempt }) => {
        attempts.push(attempt);
        return attempts.length < 6 ? retry('busy', { delayMs: 0, spendsAttempt: false }) : done();
      },
      { maxAttempts: 2 },
    );
    bus.deliver([uploaded(newId())]);
    await until(() => attempts.length === 6 && deliveries.rows.size === 0);
    expect(new Set(attempts)).toEqual(new Set([1]));
  });

  it('keeps the lease of a delivery while its handler works', async () => {
    let runs = 0;
    await start(
      async () => {
        runs += 1;
        if (runs === 1) return retry('once', { delayMs: 0 });
        await delay(500);
        return done();
      },
      { leaseMs: 90 },
    );
    bus.deliver([uploaded(newId())]);
    await until(() => runs === 2 && deliveries.rows.size === 0);
    expect(runs).toBe(2);
  });

  it('runs deliveries in the lane of their image', async () => {
    const image = newId();
    let running = 0;
    let most = 0;
    let runs = 0;
    await start(async () => {
      running += 1;
      most = Math.max(most, running);
      await delay(3);
      running -= 1;
      runs += 1;
      return runs % 2 === 0 ? retry('again', { delayMs: 0 }) : done();
    });
    bus.deliver(Array.from({ length: 10 }, (_, n) => uploaded(image, n + 1)));
    await until(() => bus.committed === 10n && deliveries.rows.size === 0);
    expect(most).toBe(1);
  });

  it('gives up an event whose handler took the process down each time', async () => {
    const record = { ...uploaded(newId()) };
    let handled = false;
    await start(
      async () => {
        handled = true;
        return done();
      },
      { maxAttempts: 3 },
    );
    const delivery = {
      id: null,
      group: 'g',
      record: { partition: 0, offset: 1n, ...recordOfEvent(record) },
      attempts: 3,
      lastError: '',
      imageId: record.imageId,
    };
    await deliveries.retryLater(delivery, new Date(0));
    await until(() => deliveries.dead.length === 1);
    expect(handled).toBe(false);
  });

  it('holds a dead letter back until its image has been told', async () => {
    let told = 0;
    await start(async () => retry('no'), {
      maxAttempts: 1,
      onDead: async () => {
        told += 1;
        if (told < 3) throw down();
      },
    });
    bus.deliver([uploaded(newId())]);
    await until(() => deliveries.dead.length === 1);
    expect(told).toBe(3);
  });

  it('aborts what outlasts the grace time, gives deliveries back, and leaves', async () => {
    let first = true;
    let aborted = 0;
    await start(
      async (_, { signal }) => {
        if (first) {
          first = false;
          return retry('once', { delayMs: 0 });
        }
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted += 1;
        throw new AppError('aborted', 'stopped');
      },
      { graceMs: 30 },
    );
    bus.deliver([uploaded(newId())]);
    await until(() => [...deliveries.rows.values()][0]?.attempts === 2);
    bus.deliver([uploaded(newId())]);
    await until(() => consumer.stats().running === 2);
    await consumer.stop();
    expect(aborted).toBe(2);
    expect(bus.closed).toBe(true);
    expect(bus.committed).toBe(1n);
    expect([...deliveries.rows.values()]).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    expect([...deliveries.rows.values()][0]?.dueAt).toBeLessThanOrEqual(Date.now());
  });

  it('tells of a bus that ended for good', async () => {
    await start(async () => done());
    bus.listener?.onFatal(new Error('gone'));
    expect((await consumer.fatal).message).toBe('gone');
  });
});
