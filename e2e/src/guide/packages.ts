import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const maxBuffer = 16 * 1024 * 1024;

/** Runs a program outside of the repository, without what npm and Jest put into the environment. */
export async function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|NODE_OPTIONS$|NODE_ENV$|JEST_)/.test(name),
  );
  const options = { cwd: folder, env: { ...Object.fromEntries(inherited), ...env }, maxBuffer };
  try {
    return (await run(program, [...args], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${program} ${args.join(' ')} failed:\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`,
      {
        cause: error,
      },
    );
  }
}

export interface PackedPackage {
  readonly tarball: string;
  readonly files: readonly string[];
}

/** Packs a package of this repository as a person does, by `npm pack`. */
export async function pack(name: string, folder: string): Promise<PackedPackage> {
  const path = join(repository, 'libs', name);
  const json = await runIn(path, 'npm', ['pack', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(json.slice(json.indexOf('[\n'))) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path: file }) => file),
  };
}

/** A project of somebody else's: a folder with these dependencies installed. */
export async function installProject(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  const manifest = { name: 'a-page', private: true, type: 'module', dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await runIn(folder, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']);
}
