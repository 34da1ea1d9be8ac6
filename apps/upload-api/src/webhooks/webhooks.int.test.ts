import {
  appendEvents,
  EventNotifier,
  groupLags,
  migrate,
  openPostgres,
  type Postgres,
} from '@darkroom/adapter-postgres';
import type { DarkroomEvent } from '@darkroom/contracts';
import {
  newWebhookEndpoint,
  withNewSecret,
  type WebhookDeliveryDetail,
  type WebhookEndpoint,
} from '@darkroom/domain';
import { newId, systemClock } from '@darkroom/kernel';
import { createLogger } from '@darkroom/runtime';
import { testDatabase, waitFor, type TestDatabase } from '@darkroom/testing';
import { Webhook } from 'standardwebhooks';
import { parseAllowedRanges } from './address-policy.ts';
import { startReceiver, type Receiver } from './receiver.fixture.ts';
import { WebhookSender, type SenderOptions } from './sender.ts';
import { startWebhooks, type RunningWebhooks } from './start-webhooks.ts';
import { dnsResolver } from './target.ts';

const logger = createLogger({ name: 'webhooks-test', level: 'silent' });
let database: TestDatabase;
let postgres: Postgres;
let notifier: EventNotifier;
let receiver: Receiver;
/** What this test started, in order. */
let stops: (() => Promise<void>)[];

beforeAll(async () => {
  database = await testDatabase({ migrate });
  const settings = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 10 };
  postgres = openPostgres(settings, { applicationName: 'test', onError: () => undefined });
  notifier = new EventNotifier(postgres.db);
});
beforeEach(async () => {
  stops = [];
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
  await receiver.close();
  await postgres.db.run((knex) => knex.raw('delete from webhook_endpoints'));
});
afterAll(async () => {
  await notifier.close();
  await postgres.close();
  await database.close();
});

const senderParts = (options: Partial<SenderOptions> = {}) => ({
  queue: postgres.webhookQueue,
  policy: { allowed: parseAllowedRanges('127.0.0.0/8')!, resolve: dnsResolver() },
  clock: systemClock,
  logger,
  options: { pollMs: 50, ...options },
});

function startSender(options: Partial<SenderOptions> = {}): WebhookSender {
  const sender = new WebhookSender(senderParts(options));
  stops.push(() => sender.stop(1_000));
  return sender;
}

async function startAll(options: Partial<SenderOptions> = {}): Promise<RunningWebhooks> {
  const log = postgres.openBus();
  stops.push(() => log.close());
  const running = await startWebhooks({
    ...senderParts(options),
    log,
    deliveries: postgres.deliveries,
    graceMs: 1_000,
  });
  stops.push(() => running.stop());
  return running;
}

async function make(change: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const wanted = { ownerId: 'alice', url: receiver.url, description: '', eventTypes: null };
  const endpoint = { ...newWebhookEndpoint(wanted, new Date()), ...change };
  await postgres.webhookEndpoints.create(endpoint, 50);
  return endpoint;
}

const uploaded = (imageId: string, ownerId = 'alice'): DarkroomEvent => ({
  id: newId(),
  type: 'ImageUploaded',
  time: new Date(),
  imageId,
  imageSeq: 1,
  traceparent: null,
  data: {
    image_id: imageId,
    owner_id: ownerId,
    category_id: 1,
    key: 'originals/secret-key.jpg',
    content_type: 'image/jpeg',
    size: 1_234,
    width: 30,
    height: 20,
    sha256: null,
  },
});

async function happen(...events: readonly DarkroomEvent[]): Promise<void> {
  await postgres.db.transaction((trx) => appendEvents(trx, events));
  notifier.appended();
}

const send = async (endpoint: WebhookEndpoint): Promise<string> =>
  (await postgres.webhookDeliveries.add(endpoint.id, 'webhook.test', '{"type":"webhook.test"}'))!.id;

async function untilDelivery(
  endpoint: WebhookEndpoint,
  id: string,
  wanted: (delivery: WebhookDeliveryDetail) => boolean,
): Promise<WebhookDeliveryDetail> {
  let found: WebhookDeliveryDetail | undefined;
  await waitFor(
    async () => {
      found = await postgres.webhookDeliveries.get(endpoint.id, id);
      return found !== undefined && wanted(found);
    },
    { what: `delivery ${id}` },
  );
  return found!;
}

/** Events that the group has not finished. */
const lag = async () => (await groupLags(postgres.db)).find(({ group }) => group === 'webhooks')?.events;

/** The pause after a failure is over. */
const hurry = () =>
  postgres.db.run((knex) =>
    knex.raw(`update webhook_deliveries set due_at = now() where state = 'pending' and leased_until is null`),
  );

describe('from the log to the receiver', () => {
  it('tells an endpoint of an event, signed as the standard has it, and of nothing that is not for it', async () => {
    await startAll();
    const endpoint = await make({ eventTypes: ['image.uploaded'] });
    const [mine, theirs] = [newId(), newId()];
    await happen(uploaded(theirs, 'bob'), uploaded(mine));
    await waitFor(() => receiver.received.length > 0, { what: 'a webhook' });
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    expect(new Webhook(endpoint.secret).verify(body, headers as Record<string, string>)).toEqual({
      type: 'image.uploaded',
      timestamp: expect.any(String),
      data: {
        image_id: mine,
        image_seq: 1,
        owner_id: 'alice',
        category_id: 1,
        content_type: 'image/jpeg',
        size: 1_234,
        width: 30,
        height: 20,
        sha256: null,
      },
    });
    const [listed] = await postgres.webhookDeliveries.list(endpoint.id, { limit: 10 });
    expect(headers).toMatchObject({ 'webhook-id': listed!.id });
    expect(listed!.imageId).toBe(mine);
    expect(() =>
      new Webhook(endpoint.secret).verify(`${body} `, headers as Record<string, string>),
    ).toThrow();
  });

  it('makes one delivery of an event that is read again', async () => {
    const ownerId = 'carol'; // the events of other owners come again too
    const endpoint = await make({ ownerId });
    const listed = async () =>
      (await postgres.webhookDeliveries.list(endpoint.id, { limit: 10 })).map(({ imageId }) => imageId);
    const running = await startAll();
    const [first, next] = [newId(), newId()];
    await happen(uploaded(first, ownerId));
    await waitFor(() => running.stats().delivered === 1, { what: 'the first reading' });
    await stops.pop()!();
    // As after a crash before the offset was committed
    await postgres.db.run((knex) =>
      knex.raw(`update event_group_offsets set next_offset = 0 where group_name = 'webhooks'`),
    );
    await happen(uploaded(next, ownerId));
    const again = await startAll();
    await waitFor(async () => (await listed()).includes(next), { what: 'the second reading' });
    await waitFor(() => again.stats().delivered === 1, { what: 'the next event' });
    await waitFor(async () => (await lag()) === 0, { what: 'everything to be read' });
    expect((await listed()).sort()).toEqual([first, next].sort());
    expect(receiver.received).toHaveLength(2);
  });
});

describe('attempts', () => {
  it('go on after failures under one id, each signed anew, until one gets through', async () => {
    const endpoint = await make();
    const answers = [500, 503];
    receiver.respond((_, response) => void response.writeHead(answers.shift() ?? 204).end());
    startSender();
    const id = await send(endpoint);
    for (const attempts of [1, 2]) {
      const failed = await untilDelivery(endpoint, id, ({ log }) => log.length === attempts);
      expect(failed).toMatchObject({ state: 'pending', attempts });
      expect(failed.dueAt!.getTime()).toBeGreaterThan(failed.log.at(-1)!.at.getTime() + 4_000);
      await hurry();
    }
    const done = await untilDelivery(endpoint, id, ({ state }) => state === 'delivered');
    expect(done.log.map(({ status, error }) => [status, error])).toEqual([
      [500, 'answered 500'],
      [503, 'answered 503'],
      [204, null],
    ]);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    for (const { headers, body } of receiver.received) new Webhook(endpoint.secret).verify(body, headers);
  });

  it('wait as long as the receiver asks', async () => {
    const endpoint = await make();
    receiver.respond((_, response) => void response.writeHead(429, { 'retry-after': '3600' }).end());
    startSender();
    const { dueAt, log } = await untilDelivery(endpoint, await send(endpoint), ({ log }) => log.length === 1);
    expect(dueAt!.getTime()).toBeGreaterThan(log[0]!.at.getTime() + 3_590_000);
  });

  it('end where the receiver is gone: the endpoint is paused, and says why', async () => {
    const endpoint = await make();
    receiver.respond(() => 410);
    startSender();
    const id = await send(endpoint);
    const dead = await untilDelivery(endpoint, id, ({ state }) => state === 'dead');
    expect(dead.log).toMatchObject([{ status: 410, error: 'answered 410: it wants no more' }]);
    expect(await postgres.webhookEndpoints.get('alice', endpoint.id)).toMatchObject({ pausedReason: 'gone' });
    expect(await postgres.webhookQueue.fanOut(wanted())).toBe(0);
  });

  it('end with the last one, and can be replayed', async () => {
    const endpoint = await make();
    receiver.respond((_, response) => void response.writeHead(500).end('broken'));
    startSender();
    const id = await send(endpoint);
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await untilDelivery(endpoint, id, ({ log }) => log.length === attempt);
      await hurry();
    }
    const dead = await untilDelivery(endpoint, id, ({ state }) => state === 'dead');
    expect(dead).toMatchObject({ attempts: 8, dueAt: null });
    expect(dead.log.at(-1)).toMatchObject({ status: 500, response: 'broken' });
    expect(await postgres.webhookEndpoints.get('alice', endpoint.id)).toMatchObject({ pausedReason: null });
    receiver.respond(() => 200);
    await postgres.webhookDeliveries.replay(endpoint.id, id);
    expect(await untilDelivery(endpoint, id, ({ state }) => state === 'delivered')).toMatchObject({
      attempts: 9,
    });
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(id);
  });

  it('go nowhere that the settings do not allow, by the time that they are made', async () => {
    const endpoints = [
      await make({ url: 'http://169.254.169.254/latest' }),
      await make({ url: 'https://[::ffff:10.0.0.1]/' }),
      await make({ url: receiver.url.replace('http:', 'ftp:') }),
    ];
    startSender();
    for (const endpoint of endpoints) {
      const { log } = await untilDelivery(endpoint, await send(endpoint), ({ log }) => log.length === 1);
      expect(log[0]).toMatchObject({
        status: null,
        error: expect.stringMatching(/^not sent: /),
        response: null,
      });
    }
  });

  it('are signed with both secrets while one is replaced', async () => {
    const endpoint = await make();
    const rotated = await postgres.webhookEndpoints.update('alice', endpoint.id, (row) =>
      withNewSecret(row, new Date()),
    );
    startSender();
    await untilDelivery(endpoint, await send(endpoint), ({ state }) => state === 'delivered');
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    for (const { secret } of [endpoint, rotated!]) {
      new Webhook(secret).verify(body, headers as Record<string, string>);
    }
  });
});

describe('several senders', () => {
  it('never send one delivery at the same time, nor more to one endpoint than it may have', async () => {
    const endpoint = await make();
    const open = new Map<string, number>();
    let doubled = 0;
    receiver.respond(async ({ headers }) => {
      const id = headers['webhook-id'];
      open.set(id, (open.get(id) ?? 0) + 1);
      if (open.get(id)! > 1) doubled += 1;
      await new Promise((resolve) => setImmediate(resolve));
      open.delete(id);
      return 204;
    });
    const ids = await Promise.all(Array.from({ length: 60 }, () => send(endpoint)));
    const senders = [startSender(), startSender(), startSender()];
    const sum = () => senders.reduce((total, sender) => total + sender.stats().delivered, 0);
    await waitFor(() => sum() === 60, { what: 'all deliveries' });
    expect(doubled).toBe(0);
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(ids.sort());
    expect(receiver.mostAtOnce()).toBeLessThanOrEqual(4);
  });

  it('are not held up by a slow endpoint', async () => {
    const release = Promise.withResolvers<number>();
    const slow = await startReceiver(() => release.promise);
    stops.push(() => slow.close());
    const [stuck, quick] = [await make({ url: slow.url }), await make({ ownerId: 'bob' })];
    for (let n = 0; n < 12; n += 1) await send(stuck);
    const sender = startSender();
    await waitFor(() => slow.received.length === 4, { what: 'the slow one to be full' });
    for (let n = 0; n < 12; n += 1) await send(quick);
    await waitFor(() => sender.stats().delivered === 12, { what: 'the quick one' });
    expect(slow.received).toHaveLength(4);
    release.resolve(204);
    await waitFor(() => sender.stats().delivered === 24, { what: 'the slow one' });
    expect(slow.mostAtOnce()).toBe(4);
  });

  it('take over what a killed one had', async () => {
    const endpoint = await make();
    const id = await send(endpoint);
    // Taken by a process that is gone by now
    const [lost] = await postgres.webhookQueue.takeDue({ limit: 1, perEndpoint: 1, leaseMs: 300 });
    startSender();
    const done = await untilDelivery(endpoint, id, ({ state }) => state === 'delivered');
    expect(done).toMatchObject({ attempts: 2, log: [{ number: 2, status: 204 }] });
    const late = { at: new Date(), durationMs: 1, status: 500, error: 'late', response: null };
    expect(await postgres.webhookQueue.settle(lost!, late, { kind: 'dead', gone: true }, new Date())).toBe(
      false,
    );
    expect(await postgres.webhookEndpoints.get('alice', endpoint.id)).toMatchObject({ pausedReason: null });
  });

  it('give up what again and again takes its process down', async () => {
    const endpoint = await make();
    const id = await send(endpoint);
    for (let crash = 1; crash <= 11; crash += 1) {
      expect(await postgres.webhookQueue.takeDue({ limit: 1, perEndpoint: 1, leaseMs: 0 })).toHaveLength(1);
    }
    startSender();
    const { log } = await untilDelivery(endpoint, id, ({ state }) => state === 'dead');
    expect(log).toMatchObject([{ number: 12, error: 'not sent: its attempts were broken off too often' }]);
    expect(receiver.received).toEqual([]);
  });

  it('put back what they cannot finish when they stop', async () => {
    receiver.respond(() => new Promise(() => undefined));
    const endpoint = await make();
    const sender = startSender();
    const id = await send(endpoint);
    await waitFor(() => receiver.received.length === 1, { what: 'the attempt to begin' });
    await sender.stop(0);
    const left = await postgres.webhookDeliveries.get(endpoint.id, id);
    expect(left).toMatchObject({
      state: 'pending',
      attempts: 1,
      log: [{ status: null, error: 'interrupted: the sender stopped' }],
    });
    receiver.respond(() => 204);
    startSender();
    await untilDelivery(endpoint, id, ({ state }) => state === 'delivered');
  });
});

const wanted = () => ({
  eventId: newId(),
  ownerId: 'alice',
  imageId: newId(),
  type: 'image.uploaded',
  at: new Date(),
  body: '{}',
});
