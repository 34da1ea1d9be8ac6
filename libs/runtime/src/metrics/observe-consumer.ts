import type { EventOf, ProcessingTask } from '@darkroom/contracts';
import type { Handler, RunningConsumer } from '../consumer/consumer-options.ts';
import type { Metrics } from './metrics.ts';

/** Tells of a worker's loop at each scrape. */
export function observeConsumer(metrics: Metrics, group: string, consumer: RunningConsumer): void {
  metrics.beforeScrape('consumer', [], () => {
    const { running, queued, cost, outage, ...outcomes } = consumer.stats();
    metrics.replace(
      'darkroom_deliveries_total',
      Object.entries(outcomes).map(([outcome, value]) => ({ labels: { group, outcome }, value })),
    );
    metrics.set('darkroom_consumer_jobs', { group, state: 'running' }, running);
    metrics.set('darkroom_consumer_jobs', { group, state: 'queued' }, queued);
    metrics.set('darkroom_consumer_paused', { group }, outage ? 1 : 0);
    metrics.set('darkroom_pixels_in_flight', { group }, cost);
  });
}

type Asking = 'ImageUploaded' | 'ImageReprocessRequested';

/** The same handler, which tells of the time that each event takes and of the pixels that went through. */
export function observeHandler<T extends Asking>(
  metrics: Metrics,
  task: ProcessingTask,
  handler: Handler<T>,
): Handler<T> {
  metrics.count('darkroom_image_pixels_total', { task }, 0);
  return async (event, context) => {
    const startedAt = performance.now();
    let outcome = 'error';
    try {
      const result = await handler(event, context);
      outcome = result.kind;
      const { width, height } = (event as EventOf<Asking>).data; // of T, which is one of them or both
      if (outcome === 'done') metrics.count('darkroom_image_pixels_total', { task }, width * height);
      return result;
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.observe('darkroom_task_duration_seconds', { task, outcome }, seconds);
    }
  };
}
