import { appendEvents, connect, EventNotifier, migrate } from '@darkroom/adapter-postgres';
import { testDatabase } from '@darkroom/testing';
import { newId } from '@darkroom/kernel';
import { partitionOf, recordOfEvent } from '@darkroom/contracts';
import { describeBusContract } from './contract.ts';
import { uploaded } from './events.ts';
import type { BusUnderTest } from './test-bed.ts';

async function openPostgres(): Promise<BusUnderTest> {
  const database = await testDatabase({ migrate });
  const db = connect({ url: database.url, poolSize: 4, applicationName: 'publish' });
  const notifier = new EventNotifier(db);
  return {
    config: { kind: 'postgres', databaseUrl: database.url, brokers: [], topic: '', leaseMs: 2_000 },
    publish: async (events) => {
      await db.transaction((trx) => appendEvents(trx, events));
      notifier.appended();
    },
    publishPoison: async (imageId) => {
      const event = { ...uploaded(imageId), data: { nonsense: 1 } };
      await db.run((knex) =>
        knex('event_log').insert({
          event_id: newId(),
          image_id: imageId,
          image_seq: 1,
          owner_id: 'alice',
          partition: partitionOf(imageId),
          type: 'ImageUploaded',
          time: new Date(),
          data: JSON.stringify(event.data),
        }),
      );
      notifier.appended();
      return recordOfEvent(event as never);
    },
    close: async () => {
      await notifier.close();
      await db.close();
      await database.close();
    },
  };
}

describeBusContract('Postgres', openPostgres);
