import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, type TestApi } from '../api.fixture.ts';
import type { OpenApiDocument } from './document.ts';
import { judgeBy, type Judge } from './hold-to-document.fixture.ts';
import type { SentResponse } from './watch-responses.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let document: OpenApiDocument;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  document = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

describe('the document', () => {
  it('is OpenAPI 3.1, and names each operation once', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toHaveLength(48);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, responses } of operations) {
      expect([operationId, Object.keys(responses)]).toEqual([
        operationId,
        expect.arrayContaining(['401', '403', '422', '500', '503']),
      ]);
    }
  });

  it('refers to nothing that it does not have', () => {
    const { schemas } = document.components as { schemas: Record<string, unknown> };
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to]) => to);
    expect(references.length).toBeGreaterThan(20);
    const known = Object.keys(schemas).map((name) => `#/components/schemas/${name}`);
    expect(known).toEqual(expect.arrayContaining([...new Set(references)]));
  });

  it('has an example of every body', () => {
    const bodies = Object.values(document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ requestBody }) => (requestBody === undefined ? [] : [requestBody])),
    );
    expect(bodies).toHaveLength(15);
    for (const body of bodies) {
      expect(body).toMatchObject({ content: { 'application/json': { example: expect.any(Object) } } });
    }
  });

  it('says nothing of signing in as anybody where that is not possible', () => {
    expect(Object.keys(document.paths)).not.toContain('/local/token');
  });
});

describe('holding responses to the document', () => {
  const sent = (change: Partial<SentResponse>): SentResponse => ({
    method: 'GET',
    path: '/api/images/categories',
    status: 200,
    type: 'application/json',
    hasHeader: () => true,
    body: '[]',
    ...change,
  });
  const problem = (status: number, code: string): Partial<SentResponse> => ({
    status,
    type: 'application/problem+json',
    body: JSON.stringify({ type: 'urn:x', title: 'X', status, detail: 'x', code }),
  });
  let judge: Judge;
  beforeAll(() => {
    judge = judgeBy(document);
  });

  it.each<[string, Partial<SentResponse>]>([
    ['a status', { status: 204 }],
    ['a body', { body: '[{"id":1}]' }],
    ['a media type', { type: 'text/html' }],
    ['a code', problem(401, 'made_up')],
    ['a call', { path: '/api/images/hidden/door' }],
    ['a method', { method: 'POST' }],
    ['a header that is missing', { ...problem(401, 'unauthenticated'), hasHeader: () => false }],
  ])('notices %s that is not in it', (_what, change) => {
    expect(judge(sent(change))).toEqual(expect.any(String));
  });

  it('lets pass what is in it', () => {
    for (const change of [
      {},
      problem(401, 'unauthenticated'),
      { path: '/elsewhere' },
      { path: '/api/IMAGES/categories/' },
    ]) {
      expect(judge(sent(change))).toBeUndefined();
    }
  });
});

describe('the page to read and try it', () => {
  it('has all its files, and loads from nowhere else', async () => {
    const page = await fetch(`${api.url}/docs`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none';script-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    expect(html).not.toMatch(/https?:|<script(?! src)|style=/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).toHaveLength(4);
    for (const path of files) {
      const { status, headers } = await fetch(api.origin + path);
      expect([path, status, headers.get('x-content-type-options')]).toEqual([path, 200, 'nosniff']);
    }
  });
});
