import { AppError } from '@darkroom/kernel';
import type { TaskContext } from './task.ts';

/** So many out of a page are drift; more than these, and nearly the whole page, are another place. */
const plausible = 5;
const nearlyAll = 0.9;

/**
 * Tells a wrong bucket or a wrong database from drift: a run that finds nearly nothing of what it compares stops before it
 * repairs by it. One guard serves a whole run, so that an installation of a few images is protected too.
 */
export class WrongPlaceGuard {
  readonly #context: Pick<TaskContext, 'report' | 'dryRun' | 'force'>;
  #found = 0;

  constructor(context: Pick<TaskContext, 'report' | 'dryRun' | 'force'>) {
    this.#context = context;
  }

  /** The walk goes on where an earlier run stopped, which had found enough: `start` is its mark. */
  begin(start: string | undefined): string | undefined {
    if (start !== undefined) this.#found += 1;
    return start;
  }

  /** Throws where `missing` of a page cannot be drift; in a dry run it is a problem of the report instead. */
  check({ found, missing, what }: { found: number; missing: number; what: string }): void {
    const { report, dryRun, force } = this.#context;
    this.#found += found;
    const isMost = missing > 0 && missing >= nearlyAll * (found + missing);
    if (force || !isMost || (missing <= plausible && this.#found > 0)) return;
    const error = new AppError(
      'unavailable',
      `${missing} of ${found + missing} ${what}. Are DATABASE_URL and S3_BUCKET the right ones, and is this database as ` +
        'new as the bucket? Nothing was changed. Once you are sure: --reconcile --dry-run shows what would be done, ' +
        '--reconcile --force does it',
      { reason: 'wrong_place' },
    );
    if (!dryRun) throw error;
    report.problem('this run would stop here', error);
  }
}
