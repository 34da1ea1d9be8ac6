import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pythonTool } from '../ops/tools.ts';
import type { Document } from './document.ts';

const requirement = 'schemathesis==4.32.5';
const documentFile = 'openapi.json';
const hooks = path.join(import.meta.dirname, 'one-parse-at-a-time.py');

export interface SchemathesisOptions {
  /** Of the API, such as `http://127.0.0.1:8080/api`. */
  readonly url: string;
  readonly document: Document;
  readonly token: string;
  /** The text of `schemathesis.toml`. */
  readonly settings: string;
  readonly seed: number;
  /** Whether what one call answers goes into the next ones. */
  readonly chains: boolean;
  /** Kills it. */
  readonly signal: AbortSignal;
}

export interface SchemathesisOutcome {
  /** Whether it came to its end, and found nothing on its way. */
  readonly good: boolean;
  /** All that it said: each failure with a curl command. */
  readonly output: string;
  readonly operations: number;
  readonly cases: number;
}

/** The program, installed where it is not yet. Throws `NotRun` where that is not possible. */
export const installSchemathesis = (): Promise<string> => pythonTool(requirement, 'st');

/** Runs it to its end. */
export async function runSchemathesis(
  program: string,
  options: SchemathesisOptions,
): Promise<SchemathesisOutcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-schemathesis-'));
  try {
    await writeFile(path.join(folder, 'schemathesis.toml'), options.settings);
    await writeFile(path.join(folder, documentFile), JSON.stringify(options.document));
    const report = path.join(folder, 'report.json');
    const { code, output } = await capture(program, argumentsOf(options, report), folder, options.signal);
    return { good: code === 0, output, ...(await countsOf(report)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsOf({ url, token, seed, chains }: SchemathesisOptions, report: string): string[] {
  return [
    ...['run', documentFile, '--url', url, '--header', `Authorization: Bearer ${token}`],
    ...['--phases', `examples,coverage,fuzzing${chains ? ',stateful' : ''}`],
    ...['--seed', String(seed), '--generation-database', 'none', '--workers', '2'],
    ...['--continue-on-failure', '--no-shrink', '--request-timeout', '60', '--warnings', 'off'],
    ...['--report', 'json', '--report-json-path', report, '--no-color'],
  ];
}

async function capture(program: string, args: readonly string[], cwd: string, signal: AbortSignal) {
  signal.throwIfAborted();
  // In a group of its own, so that Ctrl-C reaches us alone
  const env = { ...process.env, SCHEMATHESIS_HOOKS: hooks };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  return { code, output: Buffer.concat(chunks).toString() };
}

async function countsOf(report: string): Promise<{ operations: number; cases: number }> {
  const text = await readFile(report, 'utf8').catch(() => '{}'); // none where it could not even start
  const { operations, test_cases: cases } = JSON.parse(text) as {
    readonly operations?: { readonly tested: number } | null;
    readonly test_cases?: { readonly generated: number };
  };
  return { operations: operations?.tested ?? 0, cases: cases?.generated ?? 0 };
}
