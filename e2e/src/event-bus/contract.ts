import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@darkroom/kernel';
import type { DarkroomEvent } from '@darkroom/contracts';
import { dead, done, retry } from '@darkroom/runtime';
import { waitFor } from '@darkroom/testing';
import { imagesOfOnePartition, newImages, uploaded } from './events.ts';
import { firstSeen, newGroup, recorder, sequencesOf, TestBed, type BusUnderTest } from './test-bed.ts';

/** What every bus must do together with the consumer loop. Takes one bus for all of it; each test has a group of its own. */
export function describeBusContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name} keeps the contract of the event bus`, () => {
    let bus: BusUnderTest;
    let bed: TestBed;

    beforeAll(async () => {
      bus = await open();
    }, 120_000);
    beforeEach(() => {
      bed = new TestBed(bus.config);
    });
    afterEach(() => bed.clear());
    afterAll(() => bus.close());

    it('gives every group every event, in order per image, although a process is killed', async () => {
      const images = newImages(30);
      const events: DarkroomEvent[] = [];
      const publishRound = async (): Promise<void> => {
        const round = images.map((image) => uploaded(image, events.length / images.length + 1));
        events.push(...round);
        await bus.publish(round);
      };
      const [group, other] = [newGroup(), newGroup()];
      const [victim, survivor] = [bed.member(group, 5), bed.member(group, 5)];
      const observer = recorder(images);
      await bed.consume(other, observer.handler);
      await waitFor(
        async () => {
          await publishRound();
          return victim.ended().length >= 20 && survivor.ended().length >= 20;
        },
        { what: 'both processes to work', timeoutMs: 30_000, intervalMs: 100 },
      );
      await publishRound();
      await publishRound();
      await victim.kill();
      await publishRound();
      const count = (steps: readonly { id: string }[]) => new Set(steps.map(({ id }) => id)).size;
      await waitFor(() => count([...victim.ended(), ...survivor.ended()]) === events.length, {
        what: 'the survivor to finish everything',
        timeoutMs: 40_000,
      });
      await waitFor(() => count(observer.seen) === events.length, { what: 'the other group to see all' });
      const begun = [...victim.began(), ...survivor.began()].sort((x, y) => x.at - y.at);
      const inOrder = Array.from({ length: events.length / images.length }, (_, n) => n + 1);
      for (const image of images) {
        expect(firstSeen(begun, image)).toEqual(inOrder);
        expect(firstSeen(observer.seen, image)).toEqual(inOrder);
      }
    }, 120_000);

    it('starts a new group at the earliest kept event', async () => {
      const images = newImages(5);
      const events = sequencesOf(images, 4);
      const first = recorder(images);
      await bed.consume(newGroup(), first.handler);
      await bus.publish(events);
      await waitFor(() => first.seen.length === 20, { what: 'the first group' });
      const second = recorder(images);
      await bed.consume(newGroup(), second.handler);
      await waitFor(() => second.seen.length === 20, { what: 'the new group' });
      for (const image of images) expect(firstSeen(second.seen, image)).toEqual([1, 2, 3, 4]);
    });

    it('lets neither a slow nor a failing event hold others of its partition back', async () => {
      const [slow = '', failing = '', ...rest] = imagesOfOnePartition(60);
      const release = Promise.withResolvers<undefined>();
      const { seen, handler } = recorder([slow, failing, ...rest], async ({ imageId }, { attempt }) => {
        if (imageId === slow) await release.promise;
        return imageId === failing && attempt < 4 ? retry('not yet') : done();
      });
      await bed.consume(newGroup(), handler);
      await bus.publish([slow, failing, ...rest].map((image) => uploaded(image)));
      await waitFor(() => rest.every((image) => seen.some(({ imageId }) => imageId === image)), {
        what: 'all others',
      });
      await waitFor(() => seen.some(({ imageId, attempt }) => imageId === failing && attempt === 4), {
        what: 'the failing one to succeed',
      });
      release.resolve(undefined);
      expect(seen.filter(({ imageId }) => imageId === failing).map(({ attempt }) => attempt)).toEqual([
        1, 2, 3, 4,
      ]);
    });

    it('does not acknowledge past what was not finished', async () => {
      const [slow = '', ...rest] = imagesOfOnePartition(20);
      const group = newGroup();
      const { seen, handler } = recorder([slow, ...rest], async ({ imageId }, { signal }) => {
        if (imageId === slow)
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new AppError('aborted', 'stopped'))),
          );
        return done();
      });
      const consumer = await bed.consume(group, handler, { graceMs: 50 });
      await bus.publish([slow, ...rest].map((image) => uploaded(image)));
      await waitFor(() => seen.length === 20, { what: 'all to begin' });
      await consumer.stop();
      const again = recorder([slow, ...rest]);
      await bed.consume(group, again.handler);
      await waitFor(() => again.seen.some(({ imageId }) => imageId === slow), {
        what: 'the slow one to come again',
      });
      expect(again.seen.find(({ imageId }) => imageId === slow)?.attempt).toBe(1);
    });

    it('finishes what runs when it stops, and does not bring it again', async () => {
      const [first = '', ...images] = imagesOfOnePartition(9); // one partition keeps all eight jobs busy
      const group = newGroup();
      const release = Promise.withResolvers<undefined>();
      const finished: string[] = [];
      let warm = false;
      const { seen, handler } = recorder(images, async ({ imageId }) => {
        await release.promise;
        finished.push(imageId);
        return done();
      });
      const consumer = await bed.consume(group, async (event, context) => {
        warm ||= event.imageId === first;
        return handler(event, context);
      });
      const quiet = () => consumer.stats().running + consumer.stats().queued === 0;
      await bus.publish([uploaded(first)]);
      await waitFor(() => warm && quiet(), { what: 'events of other tests to be out of the way' });
      await bus.publish(images.map((image) => uploaded(image)));
      await waitFor(() => seen.length === 8, { what: 'all to run' });
      const stopped = consumer.stop();
      release.resolve(undefined);
      await stopped;
      expect(finished.sort()).toEqual([...images].sort());
      const marker = newImages(12);
      const again = recorder([...images, ...marker]);
      await bed.consume(group, again.handler);
      await bus.publish(marker.map((image) => uploaded(image)));
      await waitFor(() => again.seen.length >= 12, { what: 'what came later' });
      expect(again.seen.map(({ imageId }) => imageId).sort()).toEqual([...marker].sort());
    });

    it('keeps its partitions through work that outlasts the lease', async () => {
      const [image = ''] = newImages(1);
      let aborted = false;
      let finished = false;
      const { seen, handler } = recorder([image], async (_, { signal }) => {
        await delay(bus.config.leaseMs * 2.5);
        aborted = signal.aborted;
        finished = true;
        return done();
      });
      const group = newGroup();
      await bed.consume(group, handler);
      await bus.publish([uploaded(image)]);
      await waitFor(() => finished, { what: 'the long work', timeoutMs: 20_000 });
      expect(aborted).toBe(false);
      expect(seen).toHaveLength(1);
    });

    it('makes a dead letter of what fails to the end, and replays it with its trace', async () => {
      const [typeError = '', refused = '', ...rest] = newImages(6);
      const group = newGroup();
      let mended = false;
      const told: string[] = [];
      const { seen, handler } = recorder([typeError, refused, ...rest], async (event) => {
        if (mended) return done();
        if (event.imageId === typeError) throw new TypeError('x is not a function');
        return event.imageId === refused ? dead('no such thing') : done();
      });
      const traces: (string | null)[] = [];
      await bed.consume(
        group,
        (event, context) => {
          if (mended) traces.push(event.traceparent);
          return handler(event, context);
        },
        { maxAttempts: 3, onDead: async () => void told.push(group) },
      );
      const letters = bed.deadLetters();
      await bus.publish([typeError, refused, ...rest].map((image) => uploaded(image)));
      const list = () => letters.list({ group }, undefined, 10);
      await waitFor(async () => (await list()).length === 2, { what: 'two dead letters' });
      const found = await list();
      expect(new Map(found.map(({ imageId, code, attempts }) => [imageId, [code, attempts]]))).toEqual(
        new Map([
          [typeError, ['attempts_spent', 3]],
          [refused, ['refused', 1]],
        ]),
      );
      expect(told).toHaveLength(2);
      expect(seen.filter(({ imageId }) => imageId === typeError).map(({ attempt }) => attempt)).toEqual([
        1, 2, 3,
      ]);
      mended = true;
      seen.length = 0;
      const one = found.find(({ imageId }) => imageId === typeError);
      expect(await letters.replay({ ids: [one?.id ?? ''] })).toBe(1);
      await waitFor(() => seen.length === 1, { what: 'the replay' });
      expect(seen[0]).toMatchObject({ imageId: typeError, attempt: 1 });
      expect(traces).toEqual(['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']);
      expect(await letters.discard({ group, code: 'refused' })).toBe(1);
      await waitFor(async () => (await list()).length === 0, { what: 'no dead letter' });
    });

    it('buries a poison message with its bytes, and goes on', async () => {
      const [poisoned = '', ...rest] = imagesOfOnePartition(10);
      const group = newGroup();
      const { seen, handler } = recorder(rest);
      await bed.consume(group, handler);
      const sent = await bus.publishPoison(poisoned);
      await bus.publish(rest.map((image) => uploaded(image)));
      await waitFor(() => seen.length === 9, { what: 'the others' });
      const letters = bed.deadLetters();
      const [letter] = await waitFor(
        async () => {
          const found = await letters.list({ group, imageId: poisoned }, undefined, 10);
          return found.length > 0 && found;
        },
        { what: 'the dead letter' },
      );
      expect(letter).toMatchObject({ code: 'unparsable', imageId: poisoned });
      const whole = await letters.get(letter?.id ?? '');
      expect(Buffer.from(whole?.value ?? []).toString()).toBe(Buffer.from(sent.value).toString());
    });

    it('waits out an outage without spending attempts', async () => {
      const images = newImages(10);
      const group = newGroup();
      let down = true;
      const { seen, handler } = recorder(images, async () => {
        if (down) throw new AppError('unavailable', 'the store is down');
        return done();
      });
      const consumer = await bed.consume(group, handler, { maxAttempts: 1 });
      await bus.publish(images.map((image) => uploaded(image)));
      await waitFor(() => seen.length > 12 && consumer.stats().outage, { what: 'the outage to be seen' });
      down = false;
      seen.length = 0;
      await waitFor(() => new Set(seen.map(({ imageId }) => imageId)).size === 10, {
        what: 'all to be done',
      });
      expect(seen.every(({ attempt }) => attempt === 1)).toBe(true);
      await waitFor(() => consumer.stats().running === 0, { what: 'rest' });
      expect(consumer.stats()).toMatchObject({ retried: 0, outage: false });
      expect(await bed.deadLetters().list({ group, code: 'attempts_spent' }, undefined, 10)).toEqual([]);
    });

    it('shares the work among members, and takes over from one that leaves', async () => {
      const images = newImages(60);
      const group = newGroup();
      const [a, b] = [recorder(images), recorder(images)];
      const leaving = await bed.consume(group, a.handler);
      await bed.consume(group, b.handler);
      let n = 0;
      const publishMore = async () => bus.publish(images.map((image) => uploaded(image, (n += 1))));
      await waitFor(
        async () => {
          await publishMore();
          return a.seen.length > 0 && b.seen.length > 0;
        },
        { what: 'both to get some', intervalMs: 200 },
      );
      await leaving.stop();
      b.seen.length = 0;
      await publishMore();
      await waitFor(() => new Set(b.seen.map(({ imageId }) => imageId)).size === 60, {
        what: 'the one left to get all',
      });
    });
  });
}
