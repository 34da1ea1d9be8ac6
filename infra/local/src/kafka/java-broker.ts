import { closeSync, openSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { killQuietly, startGuarded, type GuardedProcess } from '../process/guard.ts';
import { kafkaDistribution } from './java-distribution.ts';
import { serverProperties } from './server-properties.ts';

const startTimeoutMs = 60_000;
const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export interface JavaBroker {
  brokers: string[];
  /** Of the broker as it runs now. */
  readonly pid: number;
  /** Resolves when the broker as it runs now has ended, for whatever reason. */
  readonly exited: Promise<unknown>;
  /** SIGKILL, then a new start on the same data and port. */
  restart(): Promise<void>;
  close(graceMs?: number): Promise<void>;
}

/** Starts Kafka on 127.0.0.1 with its data below `dataDir`; it ends when this process does. */
export async function startJavaBroker(
  dataDir: string,
  port: number,
  advertisedPort?: number,
): Promise<JavaBroker> {
  const folder = path.resolve(dataDir);
  const { classPath, formatted } = await kafkaDistribution();
  const logDir = path.join(folder, 'data');
  await copyOnce(formatted, logDir);
  const config = path.join(folder, 'server.properties');
  const log = path.join(folder, 'kafka.log');

  const start = async (): Promise<GuardedProcess> => {
    await writeFile(
      config,
      serverProperties({ port, advertisedPort, controllerPort: await freePort(), logDir }),
    );
    const logFd = openSync(log, 'w');
    const server = await startGuarded({
      command: 'java',
      args: [...jvm, '-cp', classPath, 'kafka.Kafka', config],
      logFd,
      stopSignal: 'TERM',
      cwd: folder,
    });
    closeSync(logFd);
    await untilStarted(server, log);
    return server;
  };

  let server = await start();
  return {
    brokers: [`127.0.0.1:${advertisedPort ?? port}`],
    get pid() {
      return server.pid;
    },
    get exited() {
      return server.exited;
    },
    async restart() {
      killQuietly(server.pid);
      await server.exited;
      server = await start();
    },
    close: (graceMs = 8_000) => server.stop(graceMs),
  };
}

async function copyOnce(formatted: string, logDir: string): Promise<void> {
  if ((await stat(logDir).catch(() => undefined)) !== undefined) return;
  await mkdir(path.dirname(logDir), { recursive: true });
  const draft = `${logDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await cp(formatted, draft, { recursive: true });
  await rename(draft, logDir);
}

async function untilStarted(server: GuardedProcess, log: string): Promise<void> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const text = await readFile(log, 'utf8');
    if (text.includes('Kafka Server started')) return;
    if (ended || Date.now() > deadline) {
      await server.stop(1_000);
      throw new Error(
        `Kafka did not start; the end of ${log}:\n${text.trim().split('\n').slice(-8).join('\n')}`,
      );
    }
    await wait(50);
  }
}
