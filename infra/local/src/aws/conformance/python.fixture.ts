import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { cacheFolder } from '../../cache-folder.ts';
import { withFolderLock } from '../../process/folder-lock.ts';

const run = promisify(execFile);

/** Pinned: an independent server, and AWS's own two clients for Python. */
const PACKAGES = ['ministack==1.5.33', 'boto3==1.43.106', 'awscli==1.46.3'];

export type PythonTools =
  | { readonly found: true; readonly bin: (name: string) => string }
  | { readonly found: false; readonly why: string };

/** A virtual environment with the tools, made once per user of the machine. */
export const pythonTools = async (): Promise<PythonTools> => {
  const folder = cacheFolder('python-aws-1.5.33-1.43.106-1.46.3');
  const complete = path.join(folder, 'complete');
  const bin = (name: string) => path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', name);
  if (existsSync(complete)) return { found: true, bin };
  const hasVenv = await run('python3', ['-c', 'import venv, ensurepip']).catch(() => undefined);
  if (!hasVenv) return { found: false, why: 'there is no Python 3 with venv' };
  try {
    await withFolderLock(`${folder}.lock`, async () => {
      if (!existsSync(complete)) await install(folder, complete, bin('python'));
    });
    return { found: true, bin };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return {
      found: false,
      why: `the Python packages could not be installed: ${(stderr || String(error)).trim().slice(-300)}`,
    };
  }
};

const install = async (folder: string, complete: string, python: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // A virtual environment holds its own path, so it is made in place, and counts once `complete` is there.
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES], {
    maxBuffer: 16 * 1024 * 1024,
  });
  await writeFile(complete, `${PACKAGES.join('\n')}\n`);
};

/** What a suite that needs these tools is called where they are missing; under CI that is a failure. */
export const describeWithPython = (
  name: string,
  tools: PythonTools,
  define: (bin: (name: string) => string) => void,
): void => {
  if (tools.found) {
    describe(name, () => define(tools.bin));
  } else if (process.env['CI'] === 'true') {
    it(`${name} must run under CI`, () => {
      throw new Error(tools.why);
    });
  } else {
    describe.skip(`${name} (not run: ${tools.why})`, () => {
      it.todo('runs where Python is there');
    });
  }
};
