import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@darkroom/testing';

let root: string;

/** A repository without dependencies, in a path with a space. */
beforeEach(() => {
  root = path.join(mkdtempSync(path.join(os.tmpdir(), 'darkroom run ')), 'check out');
  mkdirSync(path.join(root, 'scripts'), { recursive: true });
  for (const name of ['run.mjs', 'install.mjs']) {
    cpSync(path.join(import.meta.dirname, name), path.join(root, 'scripts', name));
  }
  writeFileSync(path.join(root, '.nvmrc'), '24\n');
  lockWith('1.0.0');
  program('console.log(JSON.stringify(process.argv.slice(2)))');
});
afterEach(() => rmSync(path.dirname(root), { recursive: true, force: true }));

/** One dependency in a folder of the repository, so that npm needs no registry. */
function lockWith(version: string): void {
  const folder = path.join(root, 'packages', 'own');
  mkdirSync(folder, { recursive: true });
  const own = { name: 'own', version };
  const all = { name: 'root', version: '1.0.0', type: 'module', workspaces: ['packages/own'] };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(all));
  const packages = {
    '': { name: 'root', version: '1.0.0', workspaces: ['packages/own'] },
    'node_modules/own': { resolved: 'packages/own', link: true },
    'packages/own': { version },
  };
  const lock = { name: 'root', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock));
}

function program(source: string): void {
  writeFileSync(path.join(root, 'program.ts'), source);
}

function start(args: string[] = [], node = process.execPath): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: path.dirname(root), LANG: 'xx_YY' };
  return spawn(node, [path.join(root, 'scripts', 'run.mjs'), 'program.ts', ...args], { env, cwd: root });
}

async function run(args: string[] = [], node = process.execPath) {
  const child = start(args, node);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve) =>
    child.once('close', (status, signal) => resolve(signal ?? status)),
  );
  return { code, stdout, stderr };
}

const installing = /Installing the dependencies/g;

describe('scripts/run.mjs', () => {
  it('installs what is missing, once, and keeps stdout for the program', async () => {
    const first = await run(['a b', '--flag']);
    expect(first).toMatchObject({ code: 0, stdout: '["a b","--flag"]\n' });
    expect(first.stderr).toMatch(installing);
    expect(existsSync(path.join(root, 'node_modules', 'own'))).toBe(true);
    const second = await run();
    expect(second).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('installs again when the lock file asks for something else', async () => {
    await run();
    const lock = path.join(root, 'package-lock.json');
    const text = readFileSync(lock, 'utf8');
    const more = '"node_modules/other":{"version":"1.0.0"},"node_modules/own":';
    writeFileSync(lock, text.replace('"node_modules/own":', more));
    const { stderr } = await run();
    expect(stderr).toMatch(installing);
    writeFileSync(lock, `${text}\n`); // another text that asks for the same
    expect((await run()).stderr).toBe('');
  });

  it('installs once when two start at the same time', async () => {
    const both = await Promise.all([run(['1']), run(['2'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['["1"]\n', '["2"]\n']);
    expect(both.flatMap(({ stderr }) => stderr.match(installing) ?? [])).toHaveLength(1);
  });

  it('shows the error of npm and starts nothing when the install fails', async () => {
    const file = path.join(root, 'package.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"1.0.0"', '"1.0.0","dependencies":{"absent":"file:./absent"}'),
    );
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('absent');
    expect(stderr).toContain('npm ci failed');
    expect(existsSync(path.join(root, '.darkroom-install'))).toBe(false);
  });

  it('passes on the exit code', async () => {
    program('process.exitCode = 7');
    expect((await run()).code).toBe(7);
  });

  it('passes on signals', async () => {
    await run();
    program("process.on('SIGINT', () => process.exit(9)); setInterval(() => {}, 1e3); console.log('up')");
    const child = start();
    const code = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGINT');
    expect(await code).toBe(9);
  });

  it('ends its program when it is killed', async () => {
    await run();
    program("process.on('disconnect', () => process.exit()); console.log(process.pid)");
    const child = start();
    let pid = 0;
    child.stdout?.on('data', (chunk: Buffer) => (pid = Number(chunk)));
    await waitFor(() => pid, { what: 'the program' });
    child.kill('SIGKILL');
    await waitFor(() => !isAlive(pid), { what: 'the end of the program' });
  });

  const node20 = olderNode();
  (node20 === undefined ? it.skip : it)('names .nvmrc where there is no Node 24', async () => {
    const { code, stderr } = await run([], node20);
    expect(code).toBe(1);
    expect(stderr).toContain('Darkroom needs Node 24 (see .nvmrc)');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A Node of this machine that is older than 24. */
function olderNode(): string | undefined {
  const places = ['/usr/bin/node', '/usr/local/bin/node'];
  return places.find((file) =>
    /^v(1\d|2[0-3])\./.test(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
  );
}
