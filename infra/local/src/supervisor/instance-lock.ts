import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes us the only stack on this data folder, or answers undefined when another one is running. The mark is a
 * listening socket, which the system takes away when its process ends, however it ends; a file with a pid
 * would stay. Returns the release.
 */
export async function lockInstance(dataDir: string): Promise<(() => void) | undefined> {
  const address = addressOf(realpathSync(dataDir));
  let server = await listen(address);
  if (server === undefined && !(await answers(address))) {
    rmSync(address, { force: true }); // the file of a socket whose process was killed
    server = await listen(address);
  }
  server?.unref();
  return server === undefined ? undefined : () => void server.close();
}

function addressOf(dataDir: string): string {
  const name = `darkroom-${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`; // the abstract namespace has no files to be left behind
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return path.join(os.tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
