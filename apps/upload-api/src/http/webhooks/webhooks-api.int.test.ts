import type {
  ProblemBody,
  WebhookBody,
  WebhookDeliveryBody,
  WebhookDeliveryDetailBody,
} from '@darkroom/contracts';
import { mostPreviousSecrets } from '@darkroom/domain';
import { Client, testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { Webhook } from 'standardwebhooks';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from '../api.fixture.ts';
import { startReceiver, type Receiver } from '../../webhooks/receiver.fixture.ts';

type Made = WebhookBody & { readonly secret: string };
interface Page {
  readonly items: readonly WebhookDeliveryBody[];
  readonly next_cursor: string | null;
}

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let receiver: Receiver;
let alice: Client;
let bob: Client;
let admin: Client;

beforeAll(async () => {
  [store, database, receiver] = await Promise.all([testS3(), testDatabase({ migrate }), startReceiver()]);
  api = await startTestApi(
    { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url },
    { ROLES: 'api,webhooks', WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' },
  );
  [alice, bob, admin] = await Promise.all([
    tokenFor('alice').then((token) => new Client(api.url, token)),
    tokenFor('bob').then((token) => new Client(api.url, token)),
    tokenFor('root', { roles: ['admin'] }).then((token) => new Client(api.url, token)),
  ]);
});
afterEach(async () => {
  await api.postgres.db.run((knex) => knex.raw('delete from webhook_endpoints'));
  receiver.respond(() => 204);
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close(), receiver.close()]);
});

async function make(client: Client, fields: object = {}, base = '/webhooks'): Promise<Made> {
  const { status, body } = await client.call<Made>('POST', base, { url: receiver.url, ...fields });
  expect(status).toBe(201);
  return body;
}

async function untilStatus(
  client: Client,
  path: string,
  status: WebhookDeliveryBody['status'],
): Promise<WebhookDeliveryDetailBody> {
  let found: WebhookDeliveryDetailBody | undefined;
  await waitFor(
    async () => {
      found = (await client.call<WebhookDeliveryDetailBody>('GET', path)).body;
      return found.status === status;
    },
    { what: `${path} to be ${status}` },
  );
  return found!;
}

const got = (id: string) => receiver.received.filter(({ headers }) => headers['webhook-id'] === id);

describe.each([
  ['an owner', '/webhooks', () => alice],
  ['everybody', '/admin/webhooks', () => admin],
])('for %s, an endpoint', (_whom, base, client) => {
  it('is made, shows its secret once, and is sent a test', async () => {
    const { secret, ...made } = await make(
      client(),
      { description: 'shop', event_types: ['image.uploaded'] },
      base,
    );
    expect(made).toMatchObject({
      url: receiver.url,
      description: 'shop',
      event_types: ['image.uploaded'],
      status: 'active',
      paused_reason: null,
      previous_secret_until: null,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await client().call('GET', `${base}/${made.id}`)).body).toEqual(made);
    expect((await client().call('GET', base)).body).toEqual([made]);

    const sent = await client().call<WebhookDeliveryBody>('POST', `${base}/${made.id}/test`);
    expect(sent).toMatchObject({ status: 202, body: { type: 'webhook.test', image_id: null } });
    const path = `${base}/${made.id}/deliveries/${sent.body.id}`;
    const { log, payload } = await untilStatus(client(), path, 'delivered');
    expect(log).toEqual([
      expect.objectContaining({ number: 1, status: 204, error: null, duration_ms: expect.any(Number) }),
    ]);
    const [one] = got(sent.body.id);
    expect(new Webhook(secret).verify(one!.body, one!.headers)).toEqual(payload);
    expect(payload).toMatchObject({ type: 'webhook.test', data: { webhook_id: made.id } });
  });

  it('changes what is given, pauses and goes on', async () => {
    const { id } = await make(client(), { description: 'one' }, base);
    const change = (fields: object) => client().call<WebhookBody>('PATCH', `${base}/${id}`, fields);
    expect((await change({ event_types: ['image.deleted'] })).body).toMatchObject({
      description: 'one',
      event_types: ['image.deleted'],
    });
    expect((await change({ event_types: null })).body.event_types).toBeNull();
    expect((await change({ paused: true })).body).toMatchObject({
      status: 'paused',
      paused_reason: 'by_owner',
    });
    const { body: sent } = await client().call<WebhookDeliveryBody>('POST', `${base}/${id}/test`);
    expect(
      (await client().call<WebhookDeliveryBody>('GET', `${base}/${id}/deliveries/${sent.id}`)).body,
    ).toMatchObject({
      status: 'pending',
      attempts: 0,
    });
    const again = await client().call<WebhookBody>('PUT', `${base}/${id}`, { paused: false });
    expect(again.body).toMatchObject({ status: 'active', paused_reason: null });
    await untilStatus(client(), `${base}/${id}/deliveries/${sent.id}`, 'delivered');
    expect((await client().call('DELETE', `${base}/${id}`)).status).toBe(200);
    expect((await client().call('DELETE', `${base}/${id}`)).status).toBe(404);
  });

  it('signs with both secrets after a rotation', async () => {
    const before = await make(client(), {}, base);
    const { body: after } = await client().call<Made>('POST', `${base}/${before.id}/rotate-secret`);
    expect(after.secret).not.toBe(before.secret);
    expect(after.previous_secret_until).toEqual(expect.any(String));
    const { body: sent } = await client().call<WebhookDeliveryBody>('POST', `${base}/${before.id}/test`);
    await untilStatus(client(), `${base}/${before.id}/deliveries/${sent.id}`, 'delivered');
    const [one] = got(sent.id);
    for (const { secret } of [before, after]) new Webhook(secret).verify(one!.body, one!.headers);
  });

  it('keeps every secret of the last day, and makes no more than ten', async () => {
    const first = await make(client(), {}, base);
    const path = `${base}/${first.id}/rotate-secret`;
    const made = [first];
    for (let turn = 0; turn < mostPreviousSecrets; turn += 1) {
      made.push((await client().call<Made>('POST', path)).body);
    }
    const refused = await client().call<ProblemBody>('POST', path);
    expect([refused.status, refused.body.code]).toEqual([409, 'too_many_secrets']);
    const { body: sent } = await client().call<WebhookDeliveryBody>('POST', `${base}/${first.id}/test`);
    await untilStatus(client(), `${base}/${first.id}/deliveries/${sent.id}`, 'delivered');
    const [one] = got(sent.id);
    for (const { secret } of made) new Webhook(secret).verify(one!.body, one!.headers);
  });

  it('lists dead letters, and replays them under the same id', async () => {
    const { id } = await make(client(), {}, base);
    receiver.respond(() => 410);
    const { body: sent } = await client().call<WebhookDeliveryBody>('POST', `${base}/${id}/test`);
    const path = `${base}/${id}/deliveries/${sent.id}`;
    await untilStatus(client(), path, 'dead');
    expect((await client().call('GET', `${base}/${id}`)).body).toMatchObject({ paused_reason: 'gone' });
    expect(
      (await client().call<Page>('GET', `${base}/${id}/deliveries?status=dead`)).body.items,
    ).toHaveLength(1);
    receiver.respond(() => 204);
    await client().call('PATCH', `${base}/${id}`, { paused: false });
    expect(await client().call('POST', `${path}/replay`)).toMatchObject({
      status: 202,
      body: { status: 'pending' },
    });
    await untilStatus(client(), path, 'delivered');
    expect(got(sent.id)).toHaveLength(2);
  });
});

it('tells owners of their images, and global endpoints of everybody’s', async () => {
  const mine = await make(alice);
  const theirs = await make(bob);
  const all = await make(admin, { event_types: ['image.uploaded'] }, '/admin/webhooks');
  const id = await alice.send({
    filename: 'secret-name.jpg',
    contentType: 'image/jpeg',
    bytes: fixture('orientation-6.jpg'),
  });
  expect((await alice.complete(id, { title: 'secret title' })).status).toBe(200);
  const list = async (client: Client, path: string) => (await client.call<Page>('GET', path)).body.items;
  await waitFor(async () => (await list(admin, `/admin/webhooks/${all.id}/deliveries`)).length === 1, {
    what: 'the global webhook',
  });
  const uploaded = (await list(alice, `/webhooks/${mine.id}/deliveries`)).filter(
    ({ type }) => type === 'image.uploaded',
  );
  expect(uploaded).toMatchObject([{ image_id: id }]);
  expect(await list(bob, `/webhooks/${theirs.id}/deliveries`)).toEqual([]);
  const detail = await untilStatus(alice, `/webhooks/${mine.id}/deliveries/${uploaded[0]!.id}`, 'delivered');
  expect(detail.payload).toMatchObject({
    data: { image_id: id, owner_id: 'alice', content_type: 'image/jpeg' },
  });
  const told = receiver.received.map(({ body }) => body).join('');
  for (const hidden of ['secret', 'originals/', 'incoming/']) expect(told).not.toContain(hidden);
});

it('belongs to its owner: nobody else finds it, and no owner the global ones', async () => {
  const { id } = await make(alice);
  const { id: global } = await make(admin, {}, '/admin/webhooks');
  const sent = await alice.call<WebhookDeliveryBody>('POST', `/webhooks/${id}/test`);
  const other = await make(alice);
  const calls = (base: string): [string, string, object?][] => [
    ['GET', base],
    ['PATCH', base, { paused: true }],
    ['PUT', base, { url: receiver.url }],
    ['POST', `${base}/rotate-secret`],
    ['POST', `${base}/test`],
    ['GET', `${base}/deliveries`],
    ['GET', `${base}/deliveries/${sent.body.id}`],
    ['POST', `${base}/deliveries/${sent.body.id}/replay`],
    ['DELETE', base],
  ];
  const tried = [
    ...calls(`/webhooks/${id}`).map((call) => [bob, ...call] as const),
    ...calls(`/webhooks/${global}`).map((call) => [alice, ...call] as const),
    ...calls(`/admin/webhooks/${id}`).map((call) => [admin, ...call] as const),
  ];
  for (const [client, method, path, body] of tried) {
    const answer = await client.call<{ code: string }>(method, path, body);
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
  }
  // A delivery is of its own endpoint alone
  expect((await alice.call('GET', `/webhooks/${other.id}/deliveries/${sent.body.id}`)).status).toBe(404);
  expect((await alice.call('POST', `/webhooks/${other.id}/deliveries/x/replay`)).status).toBe(404);
  expect((await alice.call('GET', '/admin/webhooks')).status).toBe(403);
  expect((await alice.call('GET', `/webhooks/${id}`)).status).toBe(200);
});

it('pages through deliveries', async () => {
  const { id } = await make(alice, { event_types: ['image.deleted'] });
  for (let n = 0; n < 3; n += 1) await alice.call('POST', `/webhooks/${id}/test`);
  const first = (await alice.call<Page>('GET', `/webhooks/${id}/deliveries?page_size=2`)).body;
  const rest = (
    await alice.call<Page>('GET', `/webhooks/${id}/deliveries?page_size=2&cursor=${first.next_cursor}`)
  ).body;
  expect([first.items.length, rest.items.length, rest.next_cursor]).toEqual([2, 1, null]);
  expect((await alice.call('GET', `/webhooks/${id}/deliveries?cursor=x`)).status).toBe(422);
});

it.each([
  'https://10.0.0.1/',
  'https://[::ffff:10.0.0.1]/',
  'https://0xa9fea9fe/latest/meta-data',
  'http://8.8.8.8/',
  'https://localhost:25/',
  'https://user:password@127.0.0.1/',
  'javascript:alert(1)',
  '/hooks',
  '',
])('refuses %p, with a reason', async (url) => {
  const answer = await alice.call<{ code: string; errors: { path: string }[] }>('POST', '/webhooks', { url });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'webhook_url_refused', errors: [{ path: 'url' }] },
  });
  const { id } = await make(alice);
  expect((await alice.call('PATCH', `/webhooks/${id}`, { url })).status).toBe(422);
});

it('refuses what it does not know', async () => {
  for (const wrong of [
    { event_types: [] },
    { event_types: ['image.eaten'] },
    { description: 'x'.repeat(256) },
    { url: `${receiver.url}?${'x'.repeat(2_000)}` },
  ]) {
    const answer = await alice.call('POST', '/webhooks', { url: receiver.url, ...wrong });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
  }
});

it('gives each owner ten, and the global ones a bound of their own', async () => {
  for (let n = 0; n < 10; n += 1) await make(alice);
  expect(await alice.call('POST', '/webhooks', { url: receiver.url })).toMatchObject({
    status: 409,
    body: { code: 'too_many_webhooks' },
  });
  for (let n = 0; n < 10; n += 1) await make(admin, {}, '/admin/webhooks');
  expect(await admin.call('POST', '/admin/webhooks', { url: receiver.url })).toMatchObject({ status: 409 });
  await make(bob);
});
