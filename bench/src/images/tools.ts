import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allocatorEnvironment } from '@darkroom/adapter-image';
import type { ContenderCommand } from './contender.ts';

const run = promisify(execFile);
const sources = join(import.meta.dirname, 'contenders');

/** Where inputs and tools are kept between runs. */
export const cache = join(import.meta.dirname, '../../../node_modules/.cache/darkroom-bench');

export interface Tools {
  /** Undefined: not on this machine; `missing` says what was looked for. */
  readonly c?: ContenderCommand;
  readonly pillow?: ContenderCommand;
  readonly vipsthumbnail?: ContenderCommand;
  readonly missing: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

/** The engine itself, with the worker's memory settings. */
export function ours(inFlight: number, presets: 'bounded' | 'all' = 'bounded'): ContenderCommand {
  const program = join(sources, 'ours.ts');
  const args = ['--conditions=darkroom-source', program, String(inFlight), presets];
  return { command: process.execPath, args, env: allocatorEnvironment };
}

/** Finds what the engine is compared with; compiles the C program, and makes a Python environment with Pillow. */
export async function findTools(): Promise<Tools> {
  await mkdir(cache, { recursive: true });
  const missing: string[] = [];
  const versions: Record<string, string> = {};
  const attempt = async (name: string, make: () => Promise<ContenderCommand>) => {
    try {
      return { [name]: await make() };
    } catch (error) {
      missing.push(
        `${name}: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}`,
      );
      return {};
    }
  };
  const c = await attempt('c', () => compilePlan(versions));
  const pillow = await attempt('pillow', () => preparePillow(versions));
  const vipsthumbnail = await attempt('vipsthumbnail', async () => {
    versions['vipsthumbnail'] =
      (await run('vipsthumbnail', ['--version'])).stdout.trim().split(/[\s-]/)[1] ?? '';
    return { command: 'python3', args: [join(sources, 'others.py'), 'vipsthumbnail'] };
  });
  return { ...c, ...pillow, ...vipsthumbnail, missing, versions };
}

async function compilePlan(versions: Record<string, string>): Promise<ContenderCommand> {
  const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'vips']);
  versions['libvips of the C program'] = (await run('pkg-config', ['--modversion', 'vips'])).stdout.trim();
  const command = join(cache, 'plan');
  await run('cc', ['-O2', join(sources, 'plan.c'), '-o', command, ...stdout.trim().split(/\s+/)]);
  return { command, args: [] };
}

const pillowVersion = '13.0.0';

async function preparePillow(versions: Record<string, string>): Promise<ContenderCommand> {
  const folder = join(cache, 'python');
  const command = join(folder, 'bin/python');
  if (!existsSync(command)) await run('python3', ['-m', 'venv', folder]);
  await run(command, ['-m', 'pip', 'install', '--quiet', `pillow==${pillowVersion}`]);
  versions['Pillow'] = pillowVersion;
  return { command, args: [join(sources, 'others.py'), 'pillow'] };
}
