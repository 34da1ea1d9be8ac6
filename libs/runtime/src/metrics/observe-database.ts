import type { Metrics } from './metrics.ts';

export interface PoolState {
  readonly used: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** Tells of a pool of connections at each scrape. */
export function observePool(metrics: Metrics, stateOf: () => PoolState): void {
  metrics.beforeScrape('pool', [], () => {
    const { max, ...states } = stateOf();
    for (const [state, value] of Object.entries(states)) {
      metrics.set('darkroom_database_connections', { state }, value);
    }
    metrics.set('darkroom_database_connections_max', {}, max);
  });
}
