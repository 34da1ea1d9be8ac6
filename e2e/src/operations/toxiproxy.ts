import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@darkroom/local-stack';
import { waitFor } from '@darkroom/testing';
import { repository } from './grounds.ts';

const version = '2.5.0';
const folder = path.join(repository, `node_modules/.cache/darkroom-ops/toxiproxy-${version}`);
const binary = path.join(folder, process.platform === 'win32' ? 'server.exe' : 'server');

/** Whether Toxiproxy is there, or can be had by Go. Without it, suites about faults are skipped, and named as not run. */
export const hasToxiproxy = existsSync(binary) || spawnSync('go', ['version']).status === 0;

/** Builds it once, whole or not at all. */
async function fetched(): Promise<string> {
  if (existsSync(binary)) return binary;
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  const env = { ...process.env, GOBIN: draft };
  const source = `github.com/Shopify/toxiproxy/v2/cmd/server@v${version}`;
  await promisify(execFile)('go', ['install', source], { cwd: '/', env });
  await rename(draft, folder).catch(() => rm(draft, { recursive: true })); // another test was first
  return binary;
}

/** One connection's way between the programs and what they need, with faults on demand. */
export interface Wire {
  readonly port: number;
  /** Each packet takes that long on its way to the programs, give or take a third. Resolves to the end of it. */
  slow(ms: number): Promise<() => Promise<void>>;
  /** Every connection ends, and none is taken, until the end of it. */
  cut(): Promise<() => Promise<void>>;
  /** Nothing gets through, and nobody is told, until the end of it. */
  silence(): Promise<() => Promise<void>>;
  /** Connections are reset (TCP RST), those that are there and new ones, until the end of it. */
  reset(): Promise<() => Promise<void>>;
}

export interface Toxiproxy {
  /** A way to `upstreamPort` of 127.0.0.1, at `port` there. */
  wire(name: string, upstreamPort: number, port?: number): Promise<Wire>;
  close(): Promise<void>;
}

export async function startToxiproxy(): Promise<Toxiproxy> {
  const program = await fetched();
  const apiPort = await freePort();
  const child = spawn(program, ['-host', '127.0.0.1', '-port', String(apiPort)], { stdio: 'ignore' });
  const call = async (method: string, at: string, body?: unknown): Promise<void> => {
    const url = `http://127.0.0.1:${apiPort}${at}`;
    const answer = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`toxiproxy: ${method} ${at}: ${answer.status} ${await answer.text()}`);
  };
  const isUp = (): Promise<boolean> =>
    call('GET', '/version').then(
      () => true,
      () => false,
    );
  await waitFor(isUp, { what: 'toxiproxy' });
  return {
    wire: async (name, upstreamPort, port) => {
      const listen = port ?? (await freePort());
      const at = `/proxies/${name}`;
      const upstream = `127.0.0.1:${upstreamPort}`;
      await call('POST', '/proxies', { name, upstream, listen: `127.0.0.1:${listen}`, enabled: true });
      const toxic = async (type: string, attributes: object): Promise<() => Promise<void>> => {
        await call('POST', `${at}/toxics`, { name: type, type, stream: 'downstream', attributes });
        return () => call('DELETE', `${at}/toxics/${type}`);
      };
      return {
        port: listen,
        slow: (ms) => toxic('latency', { latency: ms, jitter: Math.floor(ms / 3) }),
        silence: () => toxic('timeout', { timeout: 0 }),
        reset: () => toxic('reset_peer', { timeout: 0 }),
        cut: async () => {
          await call('POST', at, { enabled: false });
          return () => call('POST', at, { enabled: true });
        },
      };
    },
    close: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
