import { jest } from '@jest/globals';
import { migrate, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { cliContext } from '../cli-context.ts';
import { webhooksCommand } from './webhooks.ts';

let database: TestDatabase;
let postgres: Postgres;
const said: string[] = [];
const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));

beforeAll(async () => {
  database = await testDatabase({ migrate });
  const settings = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 2 };
  postgres = openPostgres(settings, { applicationName: 'test', onError: () => undefined });
});
afterAll(async () => {
  log.mockRestore();
  await postgres.close();
  await database.close();
});

async function webhooks(...args: string[]): Promise<string> {
  said.length = 0;
  await webhooksCommand(cliContext({ DATABASE_URL: database.url })).parseAsync(args, { from: 'user' });
  return said.join('\n');
}

it('darkroom webhooks makes, lists, and replays what was given up', async () => {
  expect(await webhooks('list')).toBe('There are none.');
  const made = await webhooks('create', 'https://hooks.example/a', '--types', 'image.uploaded,image.deleted');
  const [id, secret] = made.split('\n') as [string, string];
  expect(secret).toMatch(/^whsec_/);
  const listed = await webhooks('list');
  expect(listed).toMatch(/^\S+ {2}active +https:\/\/hooks.example\/a {2}image.uploaded,image.deleted$/);
  expect(listed).not.toContain(secret);
  expect(await webhooks('list', '--owner', 'alice')).toBe('There are none.');

  expect(await webhooks('deliveries', id)).toBe('There are none.');
  for (let n = 0; n < 3; n += 1) await postgres.webhookDeliveries.add(id, 'webhook.test', '{}');
  const at = new Date();
  const failed = { at, durationMs: 1, status: 500, error: 'answered 500', response: null };
  const taken = await postgres.webhookQueue.takeDue({ limit: 2, perEndpoint: 2, leaseMs: 60_000 });
  for (const one of taken) {
    await postgres.webhookQueue.settle(one, failed, { kind: 'dead', gone: false }, new Date(0));
  }
  const dead = (await webhooks('deliveries', id, '--status', 'dead')).split('\n');
  expect(dead).toHaveLength(2);
  expect(dead[0]).toMatch(/ dead +webhook\.test of no image, 1 attempts$/);
  expect(await webhooks('replay', id, '--dead')).toBe('2 on their way');
  expect(await webhooks('replay', id, '--dead')).toBe('0 on their way');
  expect(await webhooks('replay', id, taken[0]!.id, 'nothing')).toBe('1 on their way');
});

it.each([
  [['create', 'https://hooks.example/', '--types', 'image.eaten'], 'image.uploaded'],
  [['replay', '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'], 'say which'],
  [['deliveries', '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'], 'There is no webhook'],
  [['deliveries', 'x'], 'There is no webhook'],
])('darkroom webhooks %j says what is wrong', async (args, words) => {
  await expect(webhooks(...args)).rejects.toThrow(words);
});
