import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../process/free-port.ts';
import { waitFor } from '../process/wait-for.ts';
import { startPostgres } from './start-postgres.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom postgres '));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function ask<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('startPostgres', () => {
  it('keeps data over a stop, a kill and another port', async () => {
    const dataDir = path.join(folder, 'with space', 'data');
    const first = await startPostgres({ dataDir, port: await freePort(), password: "o'dd %&/" });
    await ask(first.url, 'CREATE TABLE note AS SELECT 1 AS number');
    await first.close();
    expect(isAlive(first.pid)).toBe(false);
    const second = await startPostgres({ dataDir, port: await freePort(), password: "o'dd %&/" });
    await ask(second.url, 'INSERT INTO note VALUES (2)');
    process.kill(second.pid, 'SIGKILL');
    await second.exited;
    const third = await startPostgres({ dataDir, port: await freePort(), password: "o'dd %&/" });
    expect(await ask(third.url, 'SELECT number FROM note ORDER BY 1')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
    await third.close();
  });

  it('wants the password, orders text by code point and reads all of Unicode', async () => {
    const server = await startPostgres({
      dataDir: path.join(folder, 'data'),
      port: await freePort(),
      password: 'right',
    });
    await expect(ask(server.url.replace('right', 'wrong'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    const sorted =
      "SELECT string_agg(x, ',' ORDER BY x) AS all, upper('é') AS big FROM (VALUES ('b'), ('한'), ('B')) v (x)";
    expect(await ask(server.url, sorted)).toEqual([{ all: 'B,b,한', big: 'É' }]);
    await server.close();
  });

  it('is not stopped by a postmaster.pid whose number another program has now', async () => {
    const dataDir = path.join(folder, 'data');
    const first = await startPostgres({ dataDir, port: await freePort() });
    await first.close();
    await writeFile(path.join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    const second = await startPostgres({ dataDir, port: await freePort() });
    expect(second.pid).not.toBe(process.pid);
    await second.close();
  });

  it('throws with the end of the log when it cannot start', async () => {
    const port = await freePort();
    const first = await startPostgres({ dataDir: path.join(folder, 'one'), port });
    const second = startPostgres({ dataDir: path.join(folder, 'two'), port });
    await expect(second).rejects.toThrow(/did not start on port/);
    await first.close();
  });

  it('ends when the program that started it is killed', async () => {
    const dataDir = path.join(folder, 'data');
    const program = path.join(import.meta.dirname, 'postgres-owner.fixture.ts');
    const args = ['--conditions=darkroom-source', program, dataDir, String(await freePort())];
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    owner.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const pid = await waitFor(() => Number(said), { what: 'the pid of the server', timeoutMs: 30_000 });
    owner.kill('SIGKILL');
    await waitFor(() => !isAlive(pid), { what: 'the end of the server' });
    await expect(readFile(path.join(dataDir, 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('keeps its data elsewhere when the user it runs as cannot enter the folder', async () => {
    const closed = path.join(folder, 'home');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = path.join(closed, '.darkroom', 'postgres');
    const server = await startPostgres({ dataDir, port: await freePort() });
    await server.close();
    const elsewhere = await readlink(dataDir);
    expect(await readFile(path.join(elsewhere, 'PG_VERSION'), 'utf8')).toBe('18\n');
    await rm(elsewhere, { recursive: true });
  });
});
