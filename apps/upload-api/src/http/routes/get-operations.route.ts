import type { PipelineState } from '@darkroom/adapter-postgres';
import { operationsSchema, type OperationsBody } from '@darkroom/contracts';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { GroupLag } from '../../kafka-lags.ts';
import { defineRoute, type Route } from '../route.ts';

/** What is promised: no image waits for longer than this without anything happening to it. */
const stuckMs = 15 * 60_000;
/** The age at which the cleanup takes an upload for one that does not come, where nothing else is set. */
const orphanMs = 24 * 60 * 60_000;
const mostListed = 20;

export function getOperationsRoute({
  queries,
  overdue,
  pipeline,
  lagsOnKafka,
  clock,
}: Pick<ApiDependencies, 'queries' | 'overdue' | 'pipeline' | 'lagsOnKafka' | 'clock'>): Route {
  return defineRoute({
    methods: ['get'],
    path: '/admin/overview',
    access: 'admin',
    operationId: 'getOperations',
    tag: 'Operations',
    summary: 'How the whole installation is',
    description: 'What the metrics tell of it too, for people to read.',
    success: { status: 200, description: 'As it is now.', schema: operationsSchema },
    handle: async () => {
      const now = clock.now().getTime();
      const [state, onKafka, { totalImages, totalSize, byStatus }, stuck, orphans] = await Promise.all([
        pipeline(),
        lagsOnKafka(),
        queries.overview(undefined),
        overdue.stuckProcessing(new Date(now - stuckMs), undefined, mostListed),
        overdue.staleUploads(new Date(now - orphanMs), undefined, mostListed),
      ]);
      return {
        body: {
          usage: { images: totalImages, bytes: totalSize, by_status: [...byStatus] },
          ...viewPipeline(state, onKafka),
          stuck: stuck.map(({ id, updatedAt }) => ({ image_id: id, since: updatedAt.toISOString() })),
          orphans: orphans.map(({ id, createdAt }) => ({ image_id: id, since: createdAt.toISOString() })),
        },
      };
    },
  });
}

function viewPipeline(
  { lags, deliveries, unsequenced, unready, cleanupSucceededAt }: PipelineState,
  onKafka: readonly GroupLag[],
): Pick<OperationsBody, 'groups' | 'unsequenced' | 'unready' | 'cleanup'> {
  const inTheLog = [...Map.groupBy(lags, ({ group }) => group)].map(([group, partitions]) => ({
    group,
    events: partitions.reduce((sum, { events }) => sum + events, 0),
    seconds: partitions.reduce((most, { seconds }) => Math.max(most, seconds), 0),
  }));
  // Who reads from Kafka may have read the log before the bus was changed: what it left there says nothing
  const lagOf = new Map([...inTheLog, ...onKafka].map((lag) => [lag.group, lag]));
  const deliveriesOf = new Map(deliveries.map((one) => [one.group, one]));
  const groups = [...new Set([...lagOf.keys(), ...deliveriesOf.keys()])].sort();
  return {
    groups: groups.map((group) => ({
      group,
      lag_events: lagOf.get(group)?.events ?? null,
      lag_seconds: lagOf.get(group)?.seconds ?? null,
      waiting: deliveriesOf.get(group)?.waiting ?? 0,
      dead_letters: deliveriesOf.get(group)?.dead ?? 0,
    })),
    unsequenced,
    unready: { images: unready.images, oldest_seconds: unready.oldestSeconds },
    cleanup: cleanupSucceededAt.map(({ task, at }) => ({ task, succeeded_at: at.toISOString() })),
  };
}
