import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BusConfig } from './open-bus.ts';

export interface Step {
  readonly id: string;
  readonly imageId: string;
  readonly imageSeq: number;
  /** When the test heard of it. */
  readonly at: number;
}

export interface MemberProcess {
  began(): readonly Step[];
  ended(): readonly Step[];
  /** SIGKILL. */
  kill(): Promise<void>;
}

type Line = { imageId: string; imageSeq: number } & ({ began: string } | { ended: string });

/** Starts `member.ts` as a process of its own. */
export function startMember(request: { config: BusConfig; group: string; workMs: number }): MemberProcess {
  const { NODE_OPTIONS: _jestsOwn, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--conditions=darkroom-source', path.join(import.meta.dirname, 'member.ts'), JSON.stringify(request)],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const began: Step[] = [];
  const ended: Step[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const { imageId, imageSeq, ...what } = JSON.parse(text) as Line;
    const at = performance.now();
    if ('began' in what) began.push({ id: what.began, imageId, imageSeq, at });
    else ended.push({ id: what.ended, imageId, imageSeq, at });
  });
  return {
    began: () => began,
    ended: () => ended,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
