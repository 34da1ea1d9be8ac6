import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, startKafka, startPostgres } from '@darkroom/local-stack';

/** What a test may ask for; each is started when the first test asks. */
export interface Services {
  postgres: { adminUrl: string };
  /** How it was had, and why not by each way that comes before that. */
  kafka: { brokers: readonly string[]; kind: string; passedOver: readonly string[] };
}

interface Started<T> {
  answer: T;
  close(): Promise<void>;
}

/**
 * Serves the servers that the tests of one run share: `GET /postgres` starts PostgreSQL if need be and answers how
 * to reach it. So a run of unit tests starts nothing, and a run of many integration tests starts each once.
 */
export async function serveTestServices(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-tests-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user where we are root
  const starters: { [Name in keyof Services]: () => Promise<Started<Services[Name]>> } = {
    postgres: async () => {
      const server = await startPostgres({
        dataDir: path.join(folder, 'postgres'),
        port: await freePort(),
        durable: false,
      });
      return { answer: { adminUrl: server.adminUrl }, close: () => server.close() };
    },
    kafka: async () => {
      const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), brokers: givenBrokers() });
      if (kafka.kind === 'none') throw new Error(kafka.reason);
      const { brokers, kind, passedOver } = kafka;
      return { answer: { brokers, kind, passedOver }, close: () => kafka.close() };
    },
  };
  const started = new Map<string, Promise<Started<unknown>>>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    if (!Object.hasOwn(starters, name)) return void response.writeHead(404).end();
    const service = started.get(name) ?? starters[name as keyof Services]();
    started.set(name, service);
    service.then(
      ({ answer }) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(503).end(String(error)),
    );
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const service of await Promise.allSettled(started.values())) {
        if (service.status === 'fulfilled') await service.value.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function givenBrokers(): string[] {
  const given = process.env['KAFKA_BROKERS'];
  return given === undefined || given === '' ? [] : given.split(',');
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
