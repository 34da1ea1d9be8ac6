import type { TaskReport } from './task-report.ts';

/** The reports as JSON, or as lines for a person. */
export function printReports(
  reports: readonly TaskReport[],
  json: boolean,
  write: (text: string) => void,
): void {
  if (json) {
    write(`${JSON.stringify({ ok: allWell(reports), tasks: reports })}\n`);
    return;
  }
  for (const { task, plan, counts, problems, finished } of reports) {
    const numbers = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
    write(`${task}: ${numbers.join(', ') || 'nothing to do'}${finished ? '' : ' (not finished)'}\n`);
    for (const line of [...plan, ...problems.map((problem) => `problem: ${problem}`)]) write(`  ${line}\n`);
  }
}

export function allWell(reports: readonly TaskReport[]): boolean {
  return reports.every(({ problems }) => problems.length === 0);
}
