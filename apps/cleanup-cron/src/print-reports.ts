import type { TaskReport } from './task-report.ts';

/** The reports as JSON, or as lines for a person: of tasks that found nothing to do, only that there was nothing. */
export function printReports(
  reports: readonly TaskReport[],
  json: boolean,
  write: (text: string) => void,
): void {
  if (json) {
    write(`${JSON.stringify({ ok: allWell(reports), tasks: reports })}\n`);
    return;
  }
  const telling = reports.filter((report) => report.somethingToTell);
  if (telling.length === 0) write('nothing to do\n');
  for (const { task, plan, counts, problems, finished } of telling) {
    const numbers = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
    write(`${task}: ${[...numbers, ...(finished ? [] : ['not finished'])].join(', ')}\n`);
    for (const line of [...plan, ...problems.map((problem) => `problem: ${problem}`)]) write(`  ${line}\n`);
  }
}

export function allWell(reports: readonly TaskReport[]): boolean {
  return reports.every(({ problems }) => problems.length === 0);
}
