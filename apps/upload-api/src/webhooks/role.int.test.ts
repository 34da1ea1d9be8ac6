import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newWebhookEndpoint } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import { createLogger } from '@darkroom/runtime';
import { migrate, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import {
  programOptions,
  testDatabase,
  testS3,
  waitFor,
  type TestDatabase,
  type TestS3,
} from '@darkroom/testing';
import { environmentOf } from '../http/api.fixture.ts';
import { parseAllowedRanges } from './address-policy.ts';
import { startReceiver, type Receiver } from './receiver.fixture.ts';
import { WebhookSender } from './sender.ts';
import { dnsResolver } from './target.ts';

let store: TestS3;
let database: TestDatabase;
let receiver: Receiver;
let postgres: Postgres;

beforeAll(async () => {
  [store, database, receiver] = await Promise.all([testS3(), testDatabase({ migrate }), startReceiver()]);
  const settings = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 3 };
  postgres = openPostgres(settings, { applicationName: 'test', onError: () => undefined });
});
afterAll(async () => {
  await postgres.close();
  await Promise.all([store.close(), database.close(), receiver.close()]);
});

it('sends in a process of its own; what it had when it was killed, another one delivers', async () => {
  const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  const environment = await environmentOf(places);
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [...programOptions(), main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environment,
      ROLES: 'webhooks',
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const wanted = { ownerId: null, url: receiver.url, description: '', eventTypes: null };
  const endpoint = newWebhookEndpoint(wanted, systemClock.now());
  await postgres.webhookEndpoints.create(endpoint, 1);
  receiver.respond(() => new Promise(() => undefined));
  const made = await postgres.webhookDeliveries.add(endpoint.id, 'webhook.test', '{}');
  await waitFor(() => receiver.received.length === 1, { what: 'the attempt to begin', timeoutMs: 30_000 });
  child.kill('SIGKILL');
  await once(child, 'exit');

  receiver.respond(() => 204);
  const sender = new WebhookSender({
    queue: postgres.webhookQueue,
    policy: { allowed: parseAllowedRanges('true')!, resolve: dnsResolver() },
    clock: systemClock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    options: { pollMs: 20 },
  });
  const stateOf = () => postgres.webhookDeliveries.get(endpoint.id, made!.id);
  expect(await stateOf()).toMatchObject({ state: 'pending', attempts: 1, log: [] });
  expect(sender.stats().delivered).toBe(0);
  // The time of its lease passes
  await postgres.db.run((knex) =>
    knex.raw(`update webhook_deliveries set leased_until = leased_until - interval '1 minute'`),
  );
  await waitFor(() => sender.stats().delivered === 1, { what: 'the other one' });
  expect(await stateOf()).toMatchObject({
    state: 'delivered',
    attempts: 2,
    log: [{ number: 2, status: 204 }],
  });
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([made!.id]));
  await sender.stop(1_000);
});
