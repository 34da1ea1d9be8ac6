import { graceOf, stages, stopWithinMs } from './stop-plan.ts';

/** When all stages have ended, in milliseconds, where each takes all that it gets. */
function worstCase(begunAtMs: number): number {
  return stages.reduce((now, stage) => now + graceOf(stage, stopWithinMs - now), begunAtMs);
}

it('ends within its time, whatever takes how long', () => {
  expect(worstCase(0)).toBeLessThanOrEqual(stopWithinMs);
  expect(worstCase(2_000)).toBeLessThanOrEqual(stopWithinMs);
  expect(worstCase(6_000)).toBeLessThanOrEqual(stopWithinMs);
});

it('gives each stage its time where those before it were quick', () => {
  for (const stage of stages) expect(graceOf(stage, stopWithinMs)).toBe(stage.graceMs);
});

it('keeps what the database needs to shut down', () => {
  const [first, second, third, database] = stages;
  expect([
    graceOf(first!, 7_000),
    graceOf(second!, 3_500),
    graceOf(third!, 2_000),
    graceOf(database!, 0),
  ]).toEqual([3_500, 1_500, 500, 1_500]);
});
