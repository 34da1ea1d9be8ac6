import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Group } from './groups.ts';
import { readReport, type JestReport, type Outcome } from './report.ts';

/** After its report, Jest may take that long to end; longer means that a test left something open. */
const exitGraceMs = 10_000;
/** By one worker; several are held by `leaves-nothing-open.ts`. */
const leak = 'Jest did not exit one second after';

/** Runs a group's files by Jest and reads its report. What hangs or leaks is a problem. */
export async function runJest(root: string, group: Group, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const reportFile = path.join(root, '.test-results', `${group.name}.json`);
  mkdirSync(path.dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const problems: string[] = [];
  const jest = spawn(process.execPath, jestArgs(root, group, reportFile), {
    cwd: root,
    env: { ...env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    stdio: ['ignore', 'inherit', 'pipe'],
    detached: true, // a group of its own, so that a run that hangs is killed with all its workers
  });
  const forward = forwardSignals(jest);
  let said = '';
  jest.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    said += chunk.toString();
  });
  const code = await ended(jest, group, reportFile, problems);
  forward.stop();
  if (said.includes(leak)) problems.push(`${group.name}: a test left something open`);
  if (!existsSync(reportFile)) {
    problems.push(`${group.name}: Jest ended with ${code} and without a report`);
    return { passed: 0, failed: 0, problems, notRun: [], skipped: [] };
  }
  const outcome = readReport(JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport, root);
  return { ...outcome, problems: [...problems, ...outcome.problems] };
}

function jestArgs(root: string, group: Group, reportFile: string): string[] {
  return [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    `--maxWorkers=${group.workers}`,
    '--json',
    `--outputFile=${reportFile}`,
    '--runTestsByPath',
    ...group.files,
  ];
}

function kill(jest: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (jest.pid !== undefined) process.kill(-jest.pid, signal);
  } catch {
    // It has just ended.
  }
}

function forwardSignals(jest: ChildProcess): { stop(): void } {
  const forward = (signal: NodeJS.Signals): void => kill(jest, signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  return { stop: () => signals.forEach((signal) => process.off(signal, forward)) };
}

/** Waits for the end of Jest, and makes one where it does not come. */
async function ended(
  jest: ChildProcess,
  group: Group,
  reportFile: string,
  problems: string[],
): Promise<string> {
  const started = Date.now();
  let reportedAt: number | undefined;
  const timer = setInterval(() => {
    if (reportedAt === undefined && existsSync(reportFile)) reportedAt = Date.now();
    if (reportedAt !== undefined && Date.now() - reportedAt > exitGraceMs) {
      problems.push(`${group.name}: Jest did not end; a test left something open`);
    } else if (Date.now() - started > group.limitMs) {
      problems.push(`${group.name}: stopped after ${group.limitMs / 60_000} minutes`);
    } else return;
    clearInterval(timer);
    kill(jest, 'SIGKILL');
  }, 500);
  const how = await new Promise<string>((resolve) => {
    jest.once('error', (error) => resolve(error.message));
    jest.once('close', (code, signal) => resolve(String(signal ?? code)));
  });
  clearInterval(timer);
  return how;
}
