import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@darkroom/local-stack';
import { waitFor } from '@darkroom/testing';

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface TestPrometheus {
  /** How many series the query has now. Throws where Prometheus does not take it. */
  series(expr: string): Promise<number>;
  rules(): Promise<readonly Rule[]>;
  close(): Promise<void>;
}

/** A Prometheus that scrapes these addresses each second, with our rules. */
export async function startPrometheus(
  targets: readonly string[],
  rulesFile: string,
): Promise<TestPrometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-prometheus-'));
  const config = path.join(folder, 'prometheus.json'); // JSON is YAML
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rulesFile],
      scrape_configs: [{ job_name: 'darkroom', static_configs: [{ targets }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${address}`,
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const ask = async <T>(request: string): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${request}`);
    const body = (await response.json()) as { readonly data: T; readonly error?: string };
    if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${body.error}`);
    return body.data;
  };
  await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended:\n${said}`);
      const ready = await fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      return ready;
    },
    { timeoutMs: 30_000, what: 'Prometheus' },
  );
  return {
    series: async (expr) => {
      const { result } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expr)}`);
      return result.length;
    },
    rules: async () => {
      const { groups } = await ask<{ groups: readonly { readonly rules: readonly Rule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
