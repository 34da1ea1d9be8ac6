import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface PackedChromium {
  readonly executablePath: string;
  /** What it needs in its environment to find its own libraries and fonts. */
  readonly env: Readonly<Record<string, string>>;
}

const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const unpack =
  "const { default: packed } = await import('@sparticuz/chromium'); await packed.executablePath();";

/**
 * The Chromium of the package `@sparticuz/chromium` (Linux on x64), unpacked once per version, with the libraries of its own
 * that a machine without a desktop has not got (libnss3 and others).
 */
export async function packedChromium(): Promise<PackedChromium> {
  const about = await readFile(join(modules, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(about) as { readonly version: string };
  const folder = join(modules, '.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

/**
 * In a process of its own: the package unpacks into the temporary folder, and its libraries only where it takes the machine for
 * AWS Lambda; Jest gives tests a copy of the environment, which `os.tmpdir()` does not see.
 */
async function unpackInto(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}-`);
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
      cwd: modules,
      env: { ...process.env, TMPDIR: temporary, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    });
    // Whole or not at all: several test processes may do this at once, and the first one wins
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
