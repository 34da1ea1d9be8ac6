import {
  newWebhookEndpoint,
  mostPreviousSecrets,
  secretOverlapMs,
  withNewSecret,
  type TakenWebhook,
  type WebhookAttempt,
  type WebhookEndpoint,
} from '@darkroom/domain';
import { newId } from '@darkroom/kernel';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { connect, migrate, PostgresRetentionRepository, type Database } from '../index.ts';
import { PostgresWebhookDeliveries } from './postgres-webhook-deliveries.ts';
import { PostgresWebhookEndpoints } from './postgres-webhook-endpoints.ts';
import { PostgresWebhookQueue } from './postgres-webhook-queue.ts';

let test: TestDatabase;
let db: Database;
let endpoints: PostgresWebhookEndpoints;
let deliveries: PostgresWebhookDeliveries;
let queue: PostgresWebhookQueue;

beforeAll(async () => {
  test = await testDatabase({ migrate });
  db = connect({ url: test.url, poolSize: 12, applicationName: 'webhooks-test' });
  endpoints = new PostgresWebhookEndpoints(db);
  deliveries = new PostgresWebhookDeliveries(db);
  queue = new PostgresWebhookQueue(db);
});
afterEach(() => db.run((knex) => knex.raw('delete from webhook_endpoints')));
afterAll(async () => {
  await db.close();
  await test.close();
});

const start = new Date('2026-03-01T12:00:00Z');
const later = new Date('2026-03-02T12:00:00Z');
const longAgo = new Date(0);

async function make(change: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const wanted = { ownerId: 'alice', url: 'https://hooks.example/', description: '', eventTypes: null };
  const endpoint = { ...newWebhookEndpoint(wanted, start), ...change };
  await endpoints.create(endpoint, 100);
  return endpoint;
}

const event = (change: Partial<Parameters<PostgresWebhookQueue['fanOut']>[0]> = {}) => ({
  eventId: newId(),
  ownerId: 'alice',
  imageId: newId(),
  type: 'image.uploaded',
  at: later,
  body: '{}',
  ...change,
});

const attempt = (change: Partial<WebhookAttempt> = {}): WebhookAttempt => ({
  at: later,
  durationMs: 12,
  status: 500,
  error: 'answered 500',
  response: 'no',
  ...change,
});
const take = (limit = 100, perEndpoint = 100, leaseMs = 60_000) =>
  queue.takeDue({ limit, perEndpoint, leaseMs });
const retryNow = { kind: 'retry', dueAt: longAgo } as const;
const settle = (taken: TakenWebhook, verdict: Parameters<PostgresWebhookQueue['settle']>[2]) =>
  queue.settle(taken, attempt(), verdict, longAgo);

describe('endpoints', () => {
  it('are those of one owner, or the global ones', async () => {
    const [mine, theirs, global] = [
      await make(),
      await make({ ownerId: 'bob' }),
      await make({ ownerId: null }),
    ];
    expect(await endpoints.list('alice')).toEqual([mine]);
    expect(await endpoints.list(null)).toEqual([global]);
    expect(await endpoints.get('alice', mine.id)).toEqual(mine);
    expect(await endpoints.get('alice', theirs.id)).toBeUndefined();
    expect(await endpoints.get('alice', global.id)).toBeUndefined();
    expect(await endpoints.get('alice', 'x')).toBeUndefined();
    expect(await endpoints.remove('alice', theirs.id)).toBe(false);
    expect(await endpoints.update('alice', theirs.id, (row) => ({ ...row, url: 'x' }))).toBeUndefined();
    expect(await endpoints.get('bob', theirs.id)).toEqual(theirs);
  });

  it('change under their lock: no rotation is lost', async () => {
    const { id } = await make();
    const secrets = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const changed = await endpoints.update('alice', id, (row) => withNewSecret(row, later));
        return [changed?.previousSecrets[0]?.secret, changed?.secret];
      }),
    );
    const [previous, made] = [secrets.map(([one]) => one), secrets.map(([, one]) => one)];
    expect(new Set(previous).size).toBe(6);
    expect(previous.filter((secret) => made.includes(secret))).toHaveLength(5);
  });

  it('are never more than there may be, however many are made at once', async () => {
    const wanted = { ownerId: 'carol', url: 'https://hooks.example/', description: '', eventTypes: null };
    const made = await Promise.allSettled(
      Array.from({ length: 12 }, () => endpoints.create(newWebhookEndpoint(wanted, start), 3)),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict', reason: 'too_many_webhooks' },
    });
    expect(await endpoints.list('carol')).toHaveLength(3);
  });
});

describe('fan-out', () => {
  it('makes one delivery per endpoint that wants the event, however often it comes', async () => {
    const all = await make();
    const some = await make({ eventTypes: ['image.uploaded', 'image.deleted'] });
    const global = await make({ ownerId: null });
    await make({ eventTypes: ['image.deleted'] });
    await make({ ownerId: 'bob' });
    await make({ pausedReason: 'by_owner' });
    await make({ createdAt: new Date(later.getTime() + 120_000) });
    const one = event();
    const made = await Promise.all(Array.from({ length: 5 }, () => queue.fanOut(one)));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await queue.fanOut(one)).toBe(0);
    const taken = await take();
    expect(taken.map(({ endpointId }) => endpointId).sort()).toEqual([all.id, some.id, global.id].sort());
    expect(new Set(taken.map(({ id }) => id)).size).toBe(3);
  });

  it('lets endpoints go at any moment', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => make()));
    const gone = made.slice(0, 6);
    const [counts] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, () => queue.fanOut(event()))),
      ...gone.map(({ id }) => endpoints.remove('alice', id)),
    ]);
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(6);
    expect(await endpoints.list('alice')).toHaveLength(6);
  });

  it('makes none where nobody listens', async () => {
    expect(await queue.fanOut(event({ ownerId: 'nobody' }))).toBe(0);
  });
});

describe('taking', () => {
  it('gives each delivery to one sender, and counts its attempts', async () => {
    const { id, secret } = await make();
    for (let n = 0; n < 20; n += 1) await queue.fanOut(event({ body: `{"n":${n}}` }));
    const all = (await Promise.all(Array.from({ length: 6 }, () => take(7)))).flat();
    all.push(...(await take()));
    expect(new Set(all.map((one) => one.id)).size).toBe(20);
    expect(all).toHaveLength(20);
    expect(all[0]).toMatchObject({
      endpointId: id,
      url: 'https://hooks.example/',
      secrets: [secret],
      step: 1,
      attempt: 1,
    });
  });

  it('never has more of one endpoint out than it may, and serves all alike', async () => {
    const [busy, quiet] = [await make(), await make({ ownerId: 'bob' })];
    for (let n = 0; n < 12; n += 1) await queue.fanOut(event());
    await queue.fanOut(event({ ownerId: 'bob' }));
    const all = (await Promise.all(Array.from({ length: 8 }, () => take(10, 3)))).flat();
    all.push(...(await take(10, 3)));
    expect(all.filter(({ endpointId }) => endpointId === busy.id)).toHaveLength(3);
    expect(all.filter(({ endpointId }) => endpointId === quiet.id)).toHaveLength(1);
    await settle(
      all.find(({ endpointId }) => endpointId === busy.id)!,
      { kind: 'delivered' },
    );
    expect(await take(10, 3)).toHaveLength(1);
  });

  it('begins with what waits longest', async () => {
    await make();
    const bodies = ['{"n":1}', '{"n":2}', '{"n":3}'];
    for (const body of bodies) await queue.fanOut(event({ body }));
    expect((await take(2)).map(({ body }) => body)).toEqual(bodies.slice(0, 2));
  });

  it('lets another sender have what one is not heard of again about, and refuses the late one', async () => {
    await make();
    await queue.fanOut(event());
    const [lost] = await take(1, 1, 0);
    const [again] = await take(1, 1);
    expect(again).toMatchObject({ id: lost!.id, step: 2, attempt: 2 });
    expect(again!.leaseToken).not.toBe(lost!.leaseToken);
    expect(await settle(lost!, { kind: 'delivered' })).toBe(false);
    expect(await settle(again!, { kind: 'delivered' })).toBe(true);
    expect(await settle(again!, { kind: 'delivered' })).toBe(false);
    expect(await take()).toEqual([]);
  });

  it('leaves what is not due, and what a paused endpoint waits for', async () => {
    const { id } = await make();
    await queue.fanOut(event());
    const [taken] = await take();
    await settle(taken!, { kind: 'retry', dueAt: new Date(Date.now() + 3_600_000) });
    expect(await take()).toEqual([]);
    await queue.fanOut(event());
    await endpoints.update('alice', id, (row) => ({ ...row, pausedReason: 'by_owner' }));
    expect(await take()).toEqual([]);
    await endpoints.update('alice', id, (row) => ({ ...row, pausedReason: null }));
    expect(await take()).toHaveLength(1);
  });

  it('signs with every secret that was replaced within a day', async () => {
    const made = await make();
    await queue.fanOut(event());
    const hour = 3_600_000;
    const now = Date.now();
    const secrets = [made.secret];
    for (const hoursAgo of [25, 20, 10, 0]) {
      const at = new Date(now - hoursAgo * hour);
      const rotated = await endpoints.update('alice', made.id, (row) => withNewSecret(row, at));
      secrets.push(rotated!.secret);
    }
    expect((await take())[0]!.secrets).toEqual(secrets.slice(1).reverse());
  });

  it('takes no new secret where ten sign already', async () => {
    const { id } = await make();
    const now = new Date();
    const rotate = (at: Date) => endpoints.update('alice', id, (row) => withNewSecret(row, at));
    for (let turn = 0; turn < mostPreviousSecrets; turn += 1) await rotate(now);
    const before = await endpoints.get('alice', id);
    await expect(rotate(now)).rejects.toMatchObject({ code: 'conflict', reason: 'too_many_secrets' });
    expect(await endpoints.get('alice', id)).toEqual(before);
    await rotate(new Date(now.getTime() + secretOverlapMs));
    expect((await endpoints.get('alice', id))?.previousSecrets).toHaveLength(1);
  });

  it('signs with the previous secret too, as long as that is valid', async () => {
    const made = await make();
    await queue.fanOut(event());
    const rotate = (at: Date) => endpoints.update('alice', made.id, (row) => withNewSecret(row, at));
    const second = await rotate(longAgo);
    const [taken] = await take();
    expect(taken!.secrets).toEqual([second!.secret]);
    await settle(taken!, retryNow);
    await rotate(new Date());
    expect((await take())[0]!.secrets).toEqual([expect.stringMatching(/^whsec_/), second!.secret]);
  });
});

describe('settling', () => {
  const one = async (): Promise<TakenWebhook> => {
    await queue.fanOut(event());
    return (await take())[0]!;
  };

  it('keeps a log of every attempt', async () => {
    const { id } = await make();
    await settle(await one(), retryNow);
    const [again] = await take();
    await queue.settle(
      again!,
      attempt({ status: 204, error: null, response: null }),
      { kind: 'delivered' },
      longAgo,
    );
    const detail = await deliveries.get(id, again!.id);
    expect(detail).toMatchObject({ state: 'delivered', attempts: 2, dueAt: null, body: '{}' });
    expect(detail!.log).toEqual([
      { number: 1, ...attempt() },
      { number: 2, ...attempt({ status: 204, error: null, response: null }) },
    ]);
    expect(await deliveries.get(newId(), again!.id)).toBeUndefined();
  });

  it('remembers since when nothing gets through, until something does', async () => {
    const { id } = await make();
    const failingSince = async () => (await endpoints.get('alice', id))?.failingSince;
    await settle(await one(), { kind: 'dead', gone: false });
    expect(await failingSince()).toEqual(later);
    await queue.settle(await one(), attempt({ at: new Date() }), { kind: 'dead', gone: false }, longAgo);
    expect(await failingSince()).toEqual(later);
    await settle(await one(), { kind: 'delivered' });
    expect(await failingSince()).toBeNull();
  });

  it('pauses an endpoint that is gone, or through which nothing has got for long', async () => {
    const { id } = await make();
    const reason = async () => (await endpoints.get('alice', id))?.pausedReason;
    const resume = () =>
      endpoints.update('alice', id, (row) => ({ ...row, pausedReason: null, failingSince: null }));
    await settle(await one(), { kind: 'dead', gone: true });
    expect(await reason()).toBe('gone');
    await resume();
    await settle(await one(), { kind: 'dead', gone: false });
    expect(await reason()).toBeNull();
    await queue.settle(await one(), attempt(), retryNow, new Date());
    expect(await reason()).toBeNull();
    const [last] = await take();
    await queue.settle(last!, attempt(), { kind: 'dead', gone: false }, new Date());
    expect(await reason()).toBe('failing');
  });
});

describe('the log', () => {
  it('is paged, newest first, by state', async () => {
    const { id } = await make();
    for (let n = 0; n < 5; n += 1) await queue.fanOut(event());
    const [dead] = await take(1);
    await settle(dead!, { kind: 'dead', gone: false });
    const first = await deliveries.list(id, { limit: 3 });
    const rest = await deliveries.list(id, { limit: 3, afterId: first.at(-1)!.id });
    const ids = [...first, ...rest].map((delivery) => delivery.id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    expect(ids).toHaveLength(5);
    expect(await deliveries.list(id, { limit: 9, state: 'dead' })).toMatchObject([{ id: dead!.id }]);
    expect(await deliveries.list(newId(), { limit: 9 })).toEqual([]);
  });

  it('replays what was given up or delivered, with all attempts before it', async () => {
    const { id } = await make();
    await queue.fanOut(event());
    const [first] = await take();
    await settle(first!, { kind: 'dead', gone: false });
    expect(await deliveries.replay(id, first!.id)).toMatchObject({ state: 'pending', attempts: 1 });
    const [second] = await take();
    expect(second).toMatchObject({ id: first!.id, step: 1, attempt: 2 });
    // What is being sent just now stays with its sender
    expect(await deliveries.replay(id, first!.id)).toMatchObject({ state: 'pending', attempts: 2 });
    expect(await take()).toEqual([]);
    expect(await settle(second!, { kind: 'delivered' })).toBe(true);
    expect(await deliveries.replay(newId(), first!.id)).toBeUndefined();
    expect(await deliveries.replay(id, 'x')).toBeUndefined();
  });

  it('takes what comes from no event, while its endpoint is there', async () => {
    const { id } = await make();
    expect(await deliveries.add(id, 'webhook.test', '{}')).toMatchObject({
      type: 'webhook.test',
      imageId: null,
    });
    expect(await deliveries.add(id, 'webhook.test', '{}')).toBeDefined();
    expect(await take()).toHaveLength(2);
    await endpoints.remove('alice', id);
    expect(await deliveries.add(id, 'webhook.test', '{}')).toBeUndefined();
  });

  it('is pruned a batch at a time', async () => {
    const { id } = await make();
    for (let n = 0; n < 3; n += 1) await queue.fanOut(event());
    for (const taken of await take()) await settle(taken, retryNow);
    const retention = new PostgresRetentionRepository(db);
    expect(await retention.pruneWebhooks(start, 10)).toBe(0);
    const tomorrow = new Date(Date.now() + 86_400_000);
    expect(await retention.pruneWebhooks(tomorrow, 2)).toBe(2);
    expect(await retention.pruneWebhooks(tomorrow, 2)).toBe(1);
    expect(await deliveries.list(id, { limit: 10 })).toEqual([]);
  });
});
