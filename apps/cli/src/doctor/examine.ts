import { AppError } from '@darkroom/kernel';
import { ConfigError } from '@darkroom/runtime';

/** What is to be done about a problem. */
export type Remedy =
  /** A command that puts it right, as it stands. */
  | { readonly fix: string }
  /** Where only somebody can decide: a command that shows the cause, and what is to be decided. */
  | { readonly look: string; readonly decide: string };

export type Problem = { readonly what: string } & Remedy;

/** One thing that Darkroom needs, found out by doing it. */
export interface DoctorCheck {
  readonly name: string;
  /** Checks that must have passed before this one says anything of its own. */
  readonly needs?: readonly string[];
  /** Answers undefined where all is well. What it throws is a problem, too. */
  run(): Promise<Problem | undefined>;
  /** For what it throws. */
  readonly otherwise: Remedy;
}

export interface Result {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly what?: string;
  readonly fix?: string;
  readonly look?: string;
  readonly decide?: string;
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

async function verdict({ name, run, otherwise }: DoctorCheck): Promise<Result> {
  try {
    const problem = await run();
    return problem === undefined ? { name, state: 'ok' } : { name, state: 'failed', ...problem };
  } catch (error) {
    return { name, state: 'failed', what: reasonOf(error), ...otherwise };
  }
}

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = error instanceof AppError || error instanceof ConfigError;
  const cause = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : '';
  return known ? `${error.message}${cause}` : `${error.name}: ${error.message}${cause}`;
}
