import type { PipelineState } from '@darkroom/adapter-postgres';
import { operationsSchema, type OperationsBody } from '@darkroom/contracts';
import type { ApiDependencies } from '../api-dependencies.ts';
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
  clock,
}: Pick<ApiDependencies, 'queries' | 'overdue' | 'pipeline' | 'clock'>): Route {
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
      const [state, { totalImages, totalSize, byStatus }, stuck, orphans] = await Promise.all([
        pipeline(),
        queries.overview(undefined),
        overdue.stuckProcessing(new Date(now - stuckMs), undefined, mostListed),
        overdue.staleUploads(new Date(now - orphanMs), undefined, mostListed),
      ]);
      return {
        body: {
          usage: { images: totalImages, bytes: totalSize, by_status: [...byStatus] },
          ...viewPipeline(state),
          stuck: stuck.map(({ id, updatedAt }) => ({ image_id: id, since: updatedAt.toISOString() })),
          orphans: orphans.map(({ id, createdAt }) => ({ image_id: id, since: createdAt.toISOString() })),
        },
      };
    },
  });
}

function viewPipeline({
  lags,
  deliveries,
  unsequenced,
  unready,
  cleanupSucceededAt,
}: PipelineState): Pick<OperationsBody, 'groups' | 'unsequenced' | 'unready' | 'cleanup'> {
  const byGroup = Map.groupBy(lags, ({ group }) => group);
  return {
    groups: deliveries.map(({ group, waiting, dead }) => {
      const partitions = byGroup.get(group);
      return {
        group,
        lag_events: partitions?.reduce((sum, { events }) => sum + events, 0) ?? null,
        lag_seconds: partitions?.reduce((most, { seconds }) => Math.max(most, seconds), 0) ?? null,
        waiting,
        dead_letters: dead,
      };
    }),
    unsequenced,
    unready: { images: unready.images, oldest_seconds: unready.oldestSeconds },
    cleanup: cleanupSucceededAt.map(({ task, at }) => ({ task, succeeded_at: at.toISOString() })),
  };
}
