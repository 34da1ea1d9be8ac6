import { Client, testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from '../api.fixture.ts';
import type { OpenApiDocument } from './document.ts';

/** An operation of the document, with what a good call of it sends. */
interface Call {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly statuses: readonly string[];
  readonly body: unknown;
}

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let calls: readonly Call[];
let imageId: string;

/** Answers of success, and those that need a state or a fault of their own; other tests bring them about. */
const elsewhere = ['200', '201', '202', '302', '409', '500', '503'];
const noId = { image: '00000000-0000-4000-8000-000000000000', category: '999999' };

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  const alice = new Client(api.url, await tokenFor('alice'));
  const bytes = fixture('orientation-6.jpg');
  imageId = (await alice.presigned({ filename: 'a.jpg', contentType: 'image/jpeg', bytes })).image_id;
  calls = callsOf((await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApiDocument);
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

function callsOf(document: OpenApiDocument): Call[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId, responses, requestBody }]) => ({
      name: operationId,
      method: method.toUpperCase(),
      path,
      statuses: Object.keys(responses),
      body: exampleOf(requestBody),
    })),
  );
}

function exampleOf(requestBody: unknown): unknown {
  const { content } = (requestBody ?? {}) as { content?: Record<string, { example: unknown }> };
  return content?.['application/json']?.example;
}

/** Every call is made wrongly in each way there is; the fixture holds each answer to the document. */
it('gives every documented refusal of every operation', async () => {
  const admin = await tokenFor('root', { roles: ['admin'] });
  const user = await tokenFor('bob');
  const missing: string[] = [];
  for (const { name, method, path, statuses, body } of calls) {
    const category = path.startsWith('/admin');
    const good = path.replace('{id}', category ? '1' : imageId);
    const seen = new Set<string>();
    const send = async (to: string, headers: Record<string, string>, sent: string | undefined) => {
      const hasBody = method !== 'GET' && method !== 'DELETE' && sent !== undefined;
      const answer = await fetch(api.url + to, {
        method,
        headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', ...headers },
        redirect: 'manual',
        ...(hasBody ? { body: sent } : {}),
      });
      await answer.arrayBuffer();
      seen.add(String(answer.status));
    };
    const example = body === undefined ? undefined : JSON.stringify(body);
    await send(good, { authorization: '' }, example);
    await send(good, { authorization: `Bearer ${user}`, 'x-owner': 'somebody-else' }, example);
    await send(good, { 'x-owner': '' }, example);
    await send(path.replace('{id}', '%zz'), {}, example);
    await send(path.replace('{id}', category ? noId.category : noId.image), {}, elsewhereOf(body));
    if (body !== undefined) {
      await send(good, {}, '{');
      await send(good, {}, JSON.stringify({ filler: 'x'.repeat(300_000) }));
      await send(good, { 'content-type': 'text/plain' }, example);
    }
    missing.push(
      ...statuses
        .filter((status) => !elsewhere.includes(status) && !seen.has(status))
        .map((status) => `${name} ${status}`),
    );
  }
  expect(calls.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

/** The same body, for a category that is not there. */
function elsewhereOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  return JSON.stringify('category_id' in body ? { ...body, category_id: Number(noId.category) } : body);
}
