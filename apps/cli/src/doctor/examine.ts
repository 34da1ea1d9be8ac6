import { AppError } from '@darkroom/kernel';
import { ConfigError } from '@darkroom/runtime';

export interface Problem {
  readonly what: string;
  /** A command that puts it right, as it stands. */
  readonly fix?: string;
  /** Where no command of ours can: what to look at. */
  readonly look?: string;
}

/** One thing that Darkroom needs, found out by doing it. */
export interface DoctorCheck {
  readonly name: string;
  /** Checks that must have passed before this one says anything of its own. */
  readonly needs?: readonly string[];
  /** Answers undefined where all is well. What it throws is a problem, too. */
  run(): Promise<Problem | undefined>;
  /** What to look at where it throws. */
  readonly look?: string;
}

export interface Result extends Partial<Problem> {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
}

/** Runs the checks in their order. What needs a check that failed is skipped, so that a problem is named once. */
export async function examine(
  checks: readonly DoctorCheck[],
  told: (result: Result) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const bad = new Set<string>();
  for (const check of checks) {
    const result = check.needs?.some((name) => bad.has(name))
      ? ({ name: check.name, state: 'skipped' } as const)
      : await verdict(check);
    if (result.state !== 'ok') bad.add(check.name);
    results.push(result);
    told(result);
  }
  return results;
}

async function verdict({ name, run, look }: DoctorCheck): Promise<Result> {
  try {
    const problem = await run();
    return problem === undefined ? { name, state: 'ok' } : { name, state: 'failed', ...problem };
  } catch (error) {
    const what = error instanceof Error ? reason(error) : String(error);
    return { name, state: 'failed', what, ...(look === undefined ? {} : { look }) };
  }
}

function reason(error: Error): string {
  const known = error instanceof AppError || error instanceof ConfigError;
  const cause = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : '';
  return known ? `${error.message}${cause}` : `${error.name}: ${error.message}${cause}`;
}
