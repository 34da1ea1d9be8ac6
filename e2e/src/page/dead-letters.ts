import { openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { recordOfEvent } from '@darkroom/contracts';
import { newId } from '@darkroom/kernel';
import type { TestStack } from '@darkroom/testing';

/** Works with the database of a stack. */
export async function inDatabase<T>(stack: TestStack, work: (postgres: Postgres) => Promise<T>): Promise<T> {
  const { postgres: url } = await stack.describe();
  const postgres = openPostgres(
    { DATABASE_URL: url, DATABASE_POOL_SIZE: 1 },
    { applicationName: 'e2e', onError: () => undefined },
  );
  try {
    return await work(postgres);
  } finally {
    await postgres.close();
  }
}

/** Makes an event of an image a dead letter of a group, as its worker does when all attempts have failed. */
export async function buryEvent(
  stack: TestStack,
  imageId: string,
  group: string,
  lastError: string,
): Promise<void> {
  const record = recordOfEvent({
    id: newId(),
    type: 'ImageUpdated',
    time: new Date(),
    imageId,
    imageSeq: 1,
    traceparent: null,
    data: { image_id: imageId, owner_id: 'alice', category_id: 1, fields: ['title'] },
  });
  const delivery = {
    ...{ id: null, group, attempts: 5, lastError, imageId },
    record: { ...record, partition: 0, offset: 0n },
  };
  await inDatabase(stack, ({ deliveries }) => deliveries.bury(delivery, 'attempts_spent'));
}
