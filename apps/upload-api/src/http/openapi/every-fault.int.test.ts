import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, tokenFor } from '../api.fixture.ts';
import { operationsOf, type DocumentedCall } from './documented-calls.fixture.ts';

let store: TestS3;
let database: TestDatabase;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
});
afterAll(() => Promise.all([store.close(), database.close()]));

/** Makes a good call of every operation with a token, and answers the statuses that are not `expected`. */
async function others(
  env: Readonly<Record<string, string>>,
  expected: number,
  prepare: (api: Awaited<ReturnType<typeof startTestApi>>) => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  const api = await startTestApi(places, env);
  try {
    await prepare(api);
    const calls = await operationsOf(api.url);
    expect(calls.length).toBeGreaterThan(30);
    const authorization = `Bearer ${await tokenFor('root', { roles: ['admin'] })}`;
    const answers = await Promise.all(
      calls.map(async (call: DocumentedCall) => {
        const answer = await call.send(api.url, { authorization });
        return answer.status === expected ? [] : [`${call.operationId} ${answer.status}`];
      }),
    );
    return answers.flat();
  } finally {
    await api.close();
  }
}

it('every operation answers 429 where the limit is reached', async () => {
  const first = async (api: Awaited<ReturnType<typeof startTestApi>>) =>
    fetch(`${api.url}/images/categories`, {
      headers: { authorization: `Bearer ${await tokenFor('root', { roles: ['admin'] })}` },
    });
  expect(await others({ RATE_LIMIT_USER_PER_MINUTE: '1' }, 429, first)).toEqual([]);
});

it('every operation answers 503 where the database cannot be reached', async () => {
  expect(await others({ DATABASE_URL: 'postgres://postgres@127.0.0.1:9/none' }, 503)).toEqual([]);
});

it('every operation answers 500 where the database is not ours', async () => {
  const empty = await testDatabase();
  try {
    expect(await others({ DATABASE_URL: empty.url }, 500)).toEqual([]);
  } finally {
    await empty.close();
  }
});
