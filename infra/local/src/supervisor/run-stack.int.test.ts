import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../process/free-port.ts';
import { waitFor } from '../process/wait-for.ts';
import type { StackDescription } from './stack-file.ts';

const program = path.join(import.meta.dirname, 'fixtures', 'main.fixture.ts');
const nobody = 65_534;

interface TestRun {
  child: ChildProcess;
  dataDir: string;
  env: Record<string, string>;
  output(): string;
  ended: Promise<number | string>;
  describe(): Promise<StackDescription | undefined>;
}

let folder: string;
const running = new Set<ChildProcess>();

async function start(more: Record<string, string> = {}, uid?: number): Promise<TestRun> {
  const dataDir = more['DARKROOM_DATA_DIR'] ?? path.join(folder, 'data folder');
  const names = ['DARKROOM_HTTP_PORT', 'DARKROOM_S3_PORT', 'DARKROOM_SQS_PORT', 'DARKROOM_POSTGRES_PORT'];
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LANG: 'xx_YY.broken',
    FIXTURE_GALLERY: path.join(folder, 'gallery'),
    DARKROOM_DATA_DIR: dataDir,
    ...Object.fromEntries(ports),
    ...more,
  };
  const child = spawn(process.execPath, ['--conditions=darkroom-source', program], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  running.add(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    child,
    dataDir,
    env,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? -1))),
    describe: async () => {
      const text = await readFile(path.join(dataDir, 'stack.json'), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as StackDescription);
    },
  };
}

async function untilReady(run: TestRun): Promise<StackDescription> {
  const line = (): boolean => {
    if (run.child.exitCode !== null) throw new Error(`it ended: ${run.output()}`);
    return /^ready/m.test(run.output());
  };
  await waitFor(line, { what: 'the ready line', timeoutMs: 30_000 });
  return (await run.describe())!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const pidOf = (stack: StackDescription | undefined, name: string): number | undefined =>
  stack?.processes.find((each) => each.name === name)?.pid;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom stack '));
  await chmod(folder, 0o755);
  await mkdir(path.join(folder, 'gallery', 'dist'), { recursive: true });
  await writeFile(path.join(folder, 'gallery', 'dist', 'index.html'), '<title>page</title>');
});

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
  }
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

describe('the local stack', () => {
  it('says when it is ready, describes itself, and leaves nothing when it is asked to stop', async () => {
    const run = await start();
    const stack = await untilReady(run);
    const names = stack.processes.map(({ name }) => name).sort();
    expect(names).toEqual(['metadata-worker', 'postgres', 's3', 'upload-api', 'variant-worker']);
    expect(stack).toMatchObject({
      ready: true,
      kafka: null,
      s3: { bucket: 'darkroom', region: 'us-east-1' },
    });
    expect(stack.sqs.deadLetterQueueUrl).toBe(`${stack.sqs.queueUrl}-dead`);
    const answer = (await (await fetch(stack.api)).json()) as { database: string; pageDir: string };
    expect(answer).toEqual({ database: stack.postgres, pageDir: path.join(folder, 'gallery', 'dist') });

    const started = Date.now();
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(stack.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(await run.describe()).toBeUndefined();
  });

  it('ends within ten seconds where no program ends when it is asked to', async () => {
    const run = await start({ FIXTURE_STUBBORN: 'yes' });
    const stack = await untilReady(run);
    const started = Date.now();
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(stack.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  it('keeps its secrets out of the output and readable by their owner alone', async () => {
    const run = await start({ LOG_LEVEL: 'debug' });
    const stack = await untilReady(run);
    const secrets = JSON.parse(await readFile(path.join(run.dataDir, 'secrets.json'), 'utf8')) as object;
    const { accessKeyId: _public, ...hidden } = secrets as Record<string, string>;
    expect(Object.keys(hidden)).toHaveLength(3);
    for (const secret of Object.values(hidden)) expect(run.output()).not.toContain(secret);
    expect(stack.s3.secretAccessKey).toBe(hidden['secretAccessKey']);
    for (const name of ['secrets.json', 'stack.json']) {
      expect((await stat(path.join(run.dataDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('writes JSON lines where there is no terminal, but for the ready line', async () => {
    const run = await start();
    await untilReady(run);
    const lines = run.output().trim().split('\n');
    const parsed = lines
      .filter((line) => !line.startsWith('ready'))
      .map((line) => JSON.parse(line) as object);
    expect(parsed).toContainEqual({ level: 'info', name: 'stand-in', msg: 'listening' });
  });

  it('starts a program again that was killed, says so, and keeps stack.json true', async () => {
    const run = await start();
    const before = await untilReady(run);
    for (const name of ['variant-worker', 'postgres']) {
      process.kill(pidOf(before, name)!, 'SIGKILL');
      const after = await waitFor(
        async () => {
          const pid = pidOf(await run.describe(), name);
          return pid !== undefined && pid !== pidOf(before, name) && pid;
        },
        { what: `another ${name}`, timeoutMs: 20_000 },
      );
      expect(isAlive(after)).toBe(true);
      expect(run.output()).toMatch(new RegExp(`${name} ended \\(.*\\); starting it again in 0.25 s`));
    }
  });

  it('leaves no process behind when it is killed, and starts again at once on its data', async () => {
    const run = await start();
    const stack = await untilReady(run);
    run.child.kill('SIGKILL');
    await run.ended;
    const again = await start(run.env); // the same ports
    const secondStack = await untilReady(again);
    await waitFor(() => stack.processes.every(({ pid }) => !isAlive(pid)), {
      what: 'the end of its programs',
    });
    expect(secondStack.postgres).toBe(stack.postgres);
  });

  it('refuses a second stack on the same data folder', async () => {
    const run = await start();
    await untilReady(run);
    const second = await start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`already runs with the data folder ${run.dataDir}`);
    expect(await run.describe()).toMatchObject({ ready: true });
  });

  it('names a busy port with its variable before it starts anything', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const run = await start({ DARKROOM_SQS_PORT: String(port), DARKROOM_HTTP_PORT: String(port) });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('DARKROOM_SQS_PORT: port');
    const single = await start({ DARKROOM_SQS_PORT: String(port) });
    expect(await single.ended).toBe(1);
    expect(single.output()).toContain(`Port ${port}, wanted for SQS, is in use`);
    expect(single.output()).toContain('DARKROOM_SQS_PORT');
    await expect(stat(path.join(single.dataDir, 'postgres'))).rejects.toThrow('ENOENT');
    other.close();
  });

  it('stops while it is still starting', async () => {
    const run = await start();
    await waitFor(() => stat(path.join(run.dataDir, 'secrets.json')).catch(() => false), {
      what: 'the start',
    });
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(await run.describe()).toBeUndefined();
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('runs for a user who is not root', async () => {
    const dataDir = path.join(folder, 'of nobody');
    await mkdir(dataDir);
    await chown(dataDir, nobody, nobody);
    const run = await start({ DARKROOM_DATA_DIR: dataDir, HOME: dataDir }, nobody);
    await untilReady(run);
    expect((await stat(path.join(dataDir, 'stack.json'))).uid).toBe(nobody);
  });
});
