import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Defines a suite that has a package of PyPI's, such as `PyJWT==2.15.1`, in the folder `packages`, where Python with pip is
 * there; under CI it must be.
 */
export function describeWithPython(
  name: string,
  requirement: string,
  define: (python: string, packages: string) => void,
): void {
  const packages = mkdtempSync(join(tmpdir(), 'darkroom-python-'));
  const missing = install(packages, requirement);
  if (missing === undefined) {
    describe(name, () => {
      afterAll(() => rmSync(packages, { recursive: true }));
      define('python3', packages);
    });
    return;
  }
  rmSync(packages, { recursive: true });
  if (process.env['CI'] === 'true') {
    it(`${name} must run under CI`, () => {
      throw new Error(missing);
    });
  } else {
    describe.skip(`${name} (not run: ${missing})`, () => {
      it.todo('runs where Python is there');
    });
  }
}

/** Why it could not be done. */
function install(folder: string, requirement: string): string | undefined {
  const options = ['--quiet', '--disable-pip-version-check', '--target', folder];
  const pip = ['-m', 'pip', 'install', ...options, requirement];
  try {
    execFileSync('python3', pip, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `${requirement} could not be installed: ${String((error as Error).message).slice(0, 300)}`;
  }
}
