import { recordOfEvent } from '@darkroom/contracts';
import { requestReprocess } from '@darkroom/domain';
import { acceptedImage, changeOf } from '@darkroom/domain/testing';
import { newId } from '@darkroom/kernel';
import { PostgresEventBus } from '../bus/postgres-event-bus.ts';
import { connect, type Database } from '../database/connect.ts';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery-store.ts';
import { updated } from '../event-log/test-events.fixture.ts';
import { openStores, type PostgresStores } from '../testing/open-stores.fixture.ts';
import { PostgresMonitor } from './postgres-monitor.ts';

describe('PostgresMonitor', () => {
  let stores: PostgresStores;
  let db: Database;
  let monitor: PostgresMonitor;

  beforeEach(async () => {
    stores = await openStores();
    db = connect({ url: stores.url, poolSize: 4, applicationName: 'monitor-test' });
    monitor = new PostgresMonitor(db);
  });
  afterEach(async () => {
    await db.close();
    await stores.close();
  });

  it('has nothing to tell of an empty installation', async () => {
    expect(await monitor.pipeline()).toEqual({
      lags: [],
      unsequenced: 0,
      deliveries: [],
      unready: { images: 0, oldestSeconds: 0 },
      cleanup: [],
      cleanupSucceededAt: [],
    });
  });

  it('tells how far a group is behind, by partition, and what it could not do', async () => {
    const bus = new PostgresEventBus({ db: db, directUrl: stores.url });
    const subscription = await bus.subscribe('workers', {
      onRecords: () => undefined, // takes all, and finishes nothing
      onRevoked: () => undefined,
      onFatal: () => undefined,
    });
    const image = acceptedImage();
    const change = changeOf(image, (builder) => builder.emit('ImageUpdated', { fields: ['title'] }));
    await stores.images.insert(change);
    const deliveries = new PostgresDeliveryStore(db);
    const delivery = () => {
      const imageId = newId();
      const record = { partition: 1, offset: 1n, ...recordOfEvent(updated(imageId, 1)) };
      return { id: null, group: 'workers', record, attempts: 1, lastError: 'oh', imageId };
    };
    await deliveries.retryLater(delivery(), new Date());
    await deliveries.bury(delivery(), 'refused');
    await bus.close();
    await subscription.close();

    const { lags, deliveries: kept, unsequenced, unready } = await monitor.pipeline();
    expect(lags).toHaveLength(12);
    expect(lags.reduce((sum, { events }) => sum + events, 0) + unsequenced).toBe(1);
    expect(kept).toEqual([{ group: 'workers', waiting: 1, dead: 1 }]);
    expect(unready.images).toBe(1);
  });

  it('knows when S3 had a file, unless the image was processed again since', async () => {
    const image = acceptedImage();
    const arrivedAt = '2026-01-02T03:04:05.000Z';
    await stores.images.insert(
      changeOf(image, (builder) => builder.note('stored', { arrived_at: arrivedAt })),
    );
    expect(await monitor.firstStoredAt(image.id)).toEqual(new Date(arrivedAt));
    expect(await monitor.firstStoredAt(newId())).toBeUndefined();
    await stores.images.update(image.id, (row) =>
      changeOf(row, (builder) => requestReprocess(builder, ['variants'], null)),
    );
    expect(await monitor.firstStoredAt(image.id)).toBeUndefined();
  });

  it('adds up what the runs of the cleanup did', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    await monitor.recordCleanup('orphans', { rejected: 2, removed: 1 }, at);
    await monitor.recordCleanup('orphans', { rejected: 3 }, undefined);
    await monitor.recordCleanup('stuck', {}, at);
    const { cleanup, cleanupSucceededAt } = await monitor.pipeline();
    expect(cleanup).toEqual(
      expect.arrayContaining([
        { task: 'orphans', action: 'rejected', count: 5 },
        { task: 'orphans', action: 'removed', count: 1 },
      ]),
    );
    expect(cleanupSucceededAt).toEqual([
      { task: 'orphans', at },
      { task: 'stuck', at },
    ]);
  });
});
