import type { Problem } from './examine.ts';

export interface Lag {
  readonly group: string;
  readonly events: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
}

const mostLagSeconds = 900;

/** What runs as a group, by its name in the chart and in docker-compose.yml. */
const programs: Readonly<Record<string, { readonly component: string; readonly service: string }>> = {
  'variant-worker': { component: 'variant-worker', service: 'variant-worker' },
  'metadata-worker': { component: 'metadata-worker', service: 'metadata-worker' },
  publisher: { component: 'publisher', service: 'upload-api' },
  webhooks: { component: 'webhooks', service: 'upload-api' },
};

/** Groups that do not keep up, from the lags of their partitions; undefined where all do. */
export function lagProblem(lags: readonly Lag[], onKubernetes: boolean): Problem | undefined {
  const late = [...Map.groupBy(lags, ({ group }) => group)]
    .map(([group, partitions]) => ({
      group,
      events: partitions.reduce((sum, { events }) => sum + events, 0),
      seconds: partitions.reduce((most, { seconds }) => Math.max(most, seconds), 0),
    }))
    .filter(({ seconds }) => seconds >= mostLagSeconds);
  if (late.length === 0) return undefined;
  const counts = late.map(
    ({ group, events, seconds }) =>
      `${group} has ${events} events waiting, the oldest for ${Math.floor(seconds / 60)} minutes`,
  );
  const what = `${counts.join('; ')}: too few of it run, or none, or they hang`;
  const known = late.flatMap(({ group }) => programs[group] ?? []);
  if (known.length < late.length)
    return {
      what,
      look: `psql "$DATABASE_URL" -c 'select name, last_seen_at from event_groups'`,
      decide: 'which program reads as this group, and whether it is to run at all',
    };
  return { what, fix: onKubernetes ? restartPods(known) : startServices(known) };
}

function restartPods(programs: readonly { readonly component: string }[]): string {
  const components = programs.map(({ component }) => component).join(',');
  const selector = `app.kubernetes.io/part-of=darkroom,app.kubernetes.io/component in (${components})`;
  return `kubectl rollout restart deployment --selector '${selector}'`;
}

/** Starts what does not run, and starts anew what does. */
function startServices(programs: readonly { readonly service: string }[]): string {
  const services = [...new Set(programs.map(({ service }) => service))].join(' ');
  return `docker compose up --detach --no-deps --force-recreate ${services}`;
}
