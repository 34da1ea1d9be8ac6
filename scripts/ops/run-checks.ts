/** A check of what is not code: charts, images, rules. */
export interface Check {
  readonly name: string;
  /** Resolves when all is well; rejects with what is wrong, or with {@link NotRun}. */
  run(): Promise<void>;
}

/** A tool that a check needs cannot be had on this machine. */
export class NotRun extends Error {}

/**
 * Runs the checks one after another, so that what each prints stays together, and answers whether all is well. What could
 * not be run is named; with CI=true it counts as failed, since nobody would notice it there.
 */
export async function runChecks(checks: readonly Check[], strict: boolean): Promise<boolean> {
  let good = true;
  for (const { name, run } of checks) {
    const started = performance.now();
    const after = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
    try {
      await run();
      console.log(`passed   ${name} (${after()})`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const notRun = error instanceof NotRun;
      if (!notRun || strict) good = false;
      console.log(`${notRun ? 'NOT RUN ' : 'FAILED  '} ${name}: ${message}`);
    }
  }
  return good;
}
