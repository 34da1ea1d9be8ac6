import path from 'node:path';
import { spawnProgram } from '@darkroom/local-stack';
import { waitFor } from '@darkroom/testing';
import { repository, type Environment } from './grounds.ts';

const apps = {
  api: 'upload-api',
  relay: 'upload-api',
  publisher: 'upload-api',
  'variant-worker': 'variant-worker',
  'metadata-worker': 'metadata-worker',
} as const;
export type ProgramName = keyof typeof apps;

/** What upload, acceptance and processing need, each as a process of its own. */
export function programsOf(eventBus: 'postgres' | 'kafka'): ProgramName[] {
  const all = Object.keys(apps) as ProgramName[];
  return eventBus === 'kafka' ? all : all.filter((name) => name !== 'publisher');
}

/** A process of Darkroom's that has become ready. */
export interface RunningProgram {
  readonly name: ProgramName;
  readonly pid: number;
  readonly port: number;
  /** Its address, without a path. */
  readonly origin: string;
  /** With what it has ended: an exit code or the name of a signal. */
  readonly exited: Promise<number | string>;
  /** What it has logged, line by line. */
  readonly lines: readonly string[];
  /** SIGTERM. */
  terminate(): void;
  /** The status of `/readyz`; undefined where nobody listens any more. */
  readiness(): Promise<number | undefined>;
  /** SIGTERM, and SIGKILL for what does not end by it. */
  close(): Promise<void>;
}

/** Starts a program, of this checkout or of another, and waits until it says that it is ready. */
export async function startProgram(
  name: ProgramName,
  env: Environment,
  checkout = repository,
): Promise<RunningProgram> {
  const lines: string[] = [];
  const app = apps[name];
  const program = {
    name,
    file: path.join(checkout, 'apps', app, 'src/main.ts'),
    env: { ...env, ...(app === 'upload-api' ? { ROLES: name } : {}) },
  };
  const { pid, ready, exited, stop } = spawnProgram(program, (line) => lines.push(line));
  await ready.catch((error: unknown) => {
    throw new Error(`${String(error)}\n${lines.slice(-10).join('\n')}`);
  });
  const port = await waitFor(() => portOf(lines), { what: `${name} to say where it listens` }); // lines come late
  const origin = `http://127.0.0.1:${port}`;
  return {
    ...{ name, pid, port, origin, exited, lines },
    terminate: () => void process.kill(pid, 'SIGTERM'),
    readiness: async () => {
      const headers = { connection: 'close' };
      return fetch(`${origin}/readyz`, { headers }).then(
        ({ status }) => status,
        () => undefined,
      );
    },
    close: () => stop(5_000),
  };
}

/** Each program logs where it listens. */
function portOf(lines: readonly string[]): number | undefined {
  const ports = lines
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { readonly port?: unknown }).port);
  return ports.find((port) => typeof port === 'number');
}

/** What went wrong by the logs of these programs, for the message of a test that fails. */
export function troubleOf(programs: readonly RunningProgram[]): string {
  return programs
    .flatMap(({ name, lines }) =>
      lines
        .filter((line) => /"level":"(?:error|fatal)"/.test(line) || !line.startsWith('{'))
        .filter((line) => !line.includes('"logger":"kafkajs"')) // a new broker's coordinator is still loading
        .map((line) => `${name}: ${line.slice(0, 800)}`),
    )
    .slice(-20)
    .join('\n');
}

/** What these programs warned of since then, for the message of a test that fails. */
export function warningsSince(programs: readonly RunningProgram[], since: Date): string {
  const said = programs.flatMap(({ name, lines }) =>
    lines
      .filter((line) => /"level":"(?:warn|error|fatal)"/.test(line))
      .map((line) => ({ name, line, time: (JSON.parse(line) as { readonly time: string }).time }))
      .filter(({ time }) => time >= since.toISOString()),
  );
  return said
    .sort((a, b) => a.time.localeCompare(b.time))
    .slice(0, 20)
    .map(({ name, line }) => `${name}: ${line.slice(0, 400)}`)
    .join('\n');
}
