import { randomBytes } from 'node:crypto';
import { newId } from '@darkroom/kernel';
import { recordOfEvent, type BusRecord, type DeliveryToKeep } from '@darkroom/contracts';
import { testDatabase, waitFor, type TestDatabase } from '@darkroom/testing';
import { connect, type Database } from '../database/connect.ts';
import { updated } from '../event-log/test-events.fixture.ts';
import { migrate } from '../migrations/migrate.ts';
import { PostgresDeadLetters } from './postgres-dead-letters.ts';
import { PostgresDeliveryStore } from './postgres-delivery-store.ts';

const past = new Date(0);
const group = 'workers';

function delivery(more: Partial<DeliveryToKeep> = {}): DeliveryToKeep {
  const imageId = newId();
  const record: BusRecord = { partition: 1, offset: 5n, ...recordOfEvent(updated(imageId, 1)) };
  return { id: null, group, record, attempts: 1, lastError: 'oh', imageId, ...more };
}

describe('deliveries', () => {
  let database: TestDatabase;
  let db: Database;
  let store: PostgresDeliveryStore;
  let letters: PostgresDeadLetters;

  beforeEach(async () => {
    database = await testDatabase({ migrate });
    db = connect({ url: database.url, poolSize: 4, applicationName: 'deliveries-test' });
    store = new PostgresDeliveryStore(db);
    letters = new PostgresDeadLetters(db);
  });
  afterEach(async () => {
    await db.close();
    await database.close();
  });

  const take = (limit = 10, leaseMs = 60_000) => store.takeDue(group, limit, leaseMs);

  it('come back whole when they are due, with one more attempt', async () => {
    const waiting = delivery();
    await store.retryLater(waiting, past);
    await store.retryLater(delivery(), new Date(Date.now() + 60_000));
    await store.retryLater(delivery({ group: 'others' }), past);
    const [taken, ...rest] = await take();
    expect(rest).toEqual([]);
    expect(taken).toEqual({ ...waiting, id: taken?.id, attempts: 2 });
  });

  it('are taken by one at a time, until the lease is over', async () => {
    for (let n = 0; n < 20; n += 1) await store.retryLater(delivery(), past);
    const taken = (await Promise.all([1, 2, 3, 4].map(() => take(10)))).flat();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(20);
    expect(taken).toHaveLength(20);
    await store.extendLeases(
      taken.map(({ id }) => id),
      1,
    );
    await waitFor(async () => (await take(1)).length === 1, { what: 'a lease to end' });
  });

  it('are forgotten once settled', async () => {
    await store.retryLater(delivery(), past);
    const [taken] = await take();
    await store.settle(taken!.id);
    expect(await take()).toEqual([]);
  });

  it('keep their attempts when the bus brings the event again, from wherever', async () => {
    const first = delivery({ attempts: 4 });
    await store.retryLater(first, past);
    const again = { ...first, attempts: 1, record: { ...first.record, partition: 2, offset: 99n } };
    await store.retryLater(again, past);
    const taken = await take();
    expect(taken.map(({ attempts }) => attempts)).toEqual([5]);
    await store.retryLater({ ...taken[0]!, attempts: 4 }, past); // given back: the attempt was not made
    expect((await take()).map(({ attempts }) => attempts)).toEqual([5]);
  });

  const poisonous: [what: string, headers: Record<string, string>, key: string][] = [
    ['NUL in a header', { ce_id: 'a\0b', ce_subject: 'x', note: '\0' }, 'k\0'],
    ['NUL in the name of a header', { 'na\0me': 'x' }, 'k'],
    ['what JSON would read as NUL', { note: String.raw`\u0000` }, 'k'],
    ['half of a surrogate pair', { note: '\uD83D' }, '\uD83D'],
    [
      'an id of 9 kB that does not compress',
      { ce_id: randomBytes(6_000).toString('base64'), ce_subject: 'x' },
      'k',
    ],
    ['a key of 9 kB', {}, randomBytes(6_000).toString('base64')],
  ];
  it.each(poisonous)('take %s', async (_what, headers, key) => {
    const value = Buffer.from('\0poison');
    const letter = delivery({ imageId: null, record: { partition: 1, offset: 5n, key, headers, value } });
    await store.bury(letter, 'unparsable');
    await store.bury(letter, 'unparsable'); // brought again
    const found = await letters.list({ group }, undefined, 10);
    expect(found).toHaveLength(1);
    expect(Buffer.from((await letters.get(found[0]!.id))!.value)).toEqual(value);
  });

  it('stay dead letters when the bus brings the event again', async () => {
    const refused = delivery();
    await store.bury(refused, 'refused');
    await store.retryLater(refused, past);
    expect(await take()).toEqual([]);
    expect(await letters.list({}, undefined, 10)).toHaveLength(1);
  });

  it('tell two unreadable messages at one place apart, and keep all their bytes', async () => {
    const value = Uint8Array.of(0, 0xff, 0xfe, 0x0a);
    const record = (bytes: Uint8Array): BusRecord => ({
      partition: 0,
      offset: 0n,
      key: 'a\0b',
      headers: { ce_type: 'ImageUploaded', odd: 'x\0y' },
      value: bytes,
    });
    await store.bury(delivery({ record: record(value), imageId: null, lastError: 'no\0pe' }), 'unparsable');
    await store.bury(delivery({ record: record(Uint8Array.of(1)), imageId: null }), 'unparsable');
    const found = await letters.list({ code: 'unparsable' }, undefined, 10);
    expect(found).toHaveLength(2);
    const whole = await letters.get(found[1]!.id);
    expect(whole?.value).toEqual(value);
    expect(whole).toMatchObject({ key: 'a\uFFFDb', lastError: 'no\uFFFDpe', imageId: null });
  });

  describe('that are dead letters', () => {
    it('are listed newest first, page by page, by filter', async () => {
      const images = [newId(), newId(), newId()];
      for (const imageId of images) await store.bury(delivery({ imageId }), 'attempts_spent');
      await store.bury(delivery({ group: 'others' }), 'refused');
      const page = await letters.list({ group }, undefined, 2);
      expect(page.map(({ imageId }) => imageId)).toEqual([images[2], images[1]]);
      const rest = await letters.list({ group }, page[1]?.id, 2);
      expect(rest.map(({ imageId }) => imageId)).toEqual([images[0]]);
      const filters = [
        { filter: {}, count: 4 },
        { filter: { code: 'refused' as const }, count: 1 },
        { filter: { imageId: images[0]!.toUpperCase() }, count: 1 },
        { filter: { eventType: 'ImageUpdated' }, count: 4 },
        { filter: { eventType: 'ImageDeleted' }, count: 0 },
        { filter: { before: past }, count: 0 },
        { filter: { ids: [rest[0]!.id, 'not an id'] }, count: 1 },
        { filter: { ids: [] }, count: 0 },
        { filter: { imageId: "'; drop table deliveries" }, count: 0 },
      ];
      for (const { filter, count } of filters)
        expect([filter, (await letters.list(filter, undefined, 10)).length]).toEqual([filter, count]);
    });

    it('are shown with their message', async () => {
      const buried = delivery();
      await store.bury(buried, 'refused');
      const [letter] = await letters.list({}, undefined, 1);
      expect(await letters.get(letter!.id)).toMatchObject({
        group,
        code: 'refused',
        eventId: buried.record.headers.ce_id,
        eventType: 'ImageUpdated',
        headers: buried.record.headers,
        value: buried.record.value,
        offset: 5n,
      });
      expect(await letters.get(newId())).toBeUndefined();
      expect(await letters.get('x')).toBeUndefined();
    });

    it('are due at once when replayed, with all attempts before them', async () => {
      const buried = delivery({ attempts: 8 });
      await store.bury(buried, 'attempts_spent');
      await store.bury(delivery({ group: 'others' }), 'attempts_spent');
      expect(await letters.replay({ group })).toBe(1);
      expect(await letters.replay({ group })).toBe(0);
      expect(await take()).toMatchObject([{ attempts: 1, record: buried.record }]);
      expect(await letters.list({}, undefined, 10)).toHaveLength(1);
    });

    it('are gone when discarded, and nothing else', async () => {
      await store.bury(delivery(), 'refused');
      await store.retryLater(delivery(), past);
      expect(await letters.discard({})).toBe(1);
      expect(await take()).toHaveLength(1);
    });
  });
});
