/** What is stopped together, and the time that a clean stop of it may take. */
export interface Stage {
  readonly names: readonly string[];
  /** What it gets where there is time. */
  readonly graceMs: number;
  /** What it gets however long the stages before it took. */
  readonly leastMs: number;
}

/** In the order in which they are stopped: who asks before who answers. */
export const stages: readonly Stage[] = [
  { names: ['upload-api', 'api'], graceMs: 3_500, leastMs: 500 },
  {
    names: ['relay', 'publisher', 'webhooks', 'variant-worker', 'metadata-worker'],
    graceMs: 3_500,
    leastMs: 500,
  },
  { names: ['kafka', 's3'], graceMs: 1_500, leastMs: 500 },
  { names: ['postgres'], graceMs: 2_500, leastMs: 1_500 },
];

/** Ctrl-C ends everything within ten seconds; killing and reaping take some of the last. */
export const stopWithinMs = 9_000;

/** How long a stage may take of the time that is left: what the later ones need at least is kept for them. */
export function graceOf(stage: Stage, leftMs: number): number {
  const later = stages.slice(stages.indexOf(stage) + 1).reduce((sum, { leastMs }) => sum + leastMs, 0);
  return Math.max(stage.leastMs, Math.min(stage.graceMs, leftMs - later));
}
