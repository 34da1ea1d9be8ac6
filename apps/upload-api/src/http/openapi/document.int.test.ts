import { problemSchema } from '@darkroom/contracts';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, type TestApi } from '../api.fixture.ts';
import type { OpenApiDocument, Operation } from './document.ts';
import { judgeBy, validatorsOf, type Judge } from './hold-to-document.fixture.ts';
import type { SentResponse } from './watch-responses.fixture.ts';

interface Content {
  readonly schema: object;
  readonly example?: unknown;
}

const operationsIn = (paths: unknown): Operation[] =>
  Object.values(paths as OpenApiDocument['paths']).flatMap((path) => Object.values(path));

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
    const operations = operationsIn(document.paths);
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.length).toBeGreaterThan(40);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, responses, summary } of operations) {
      expect([operationId, Object.keys(responses), summary]).toEqual([
        operationId,
        expect.arrayContaining(['401', '403', '422', '429', '500', '503']),
        expect.any(String),
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

  it('has a good example of every body that is sent, answered or told', () => {
    const { schemas } = document.components as { schemas: Record<string, { examples?: unknown[] }> };
    const bodies = [...operationsIn(document.paths), ...operationsIn(document['webhooks'])].flatMap(
      ({ operationId, requestBody, responses }) =>
        [requestBody, ...Object.values(responses)].flatMap((body) => {
          const { content = {} } = (body ?? {}) as { content?: Record<string, Content> };
          return Object.entries(content)
            .filter(([type]) => type !== 'application/problem+json') // see below
            .map(([, { schema, example }]) => ({ of: operationId, schema, examples: [example] }));
        }),
    );
    expect(bodies.length).toBeGreaterThan(70);
    const named = Object.entries(schemas).map(([of, schema]) => ({ of, schema, examples: schema.examples }));
    const validatorOf = validatorsOf(document);
    for (const { of, schema, examples = [] } of [...bodies, ...named]) {
      const validate = validatorOf(schema);
      for (const example of examples) {
        validate(example);
        expect([of, example, validate.errors]).toEqual([of, expect.anything(), null]);
      }
    }
  });

  it('knows the bounds of every number, and describes every operation, parameter and header', () => {
    const unbounded = /.{80}(?<="minimum":)-9007199254740991/g;
    expect([...JSON.stringify(document).matchAll(unbounded)].map(([where]) => where)).toEqual([]);
    const undescribed = operationsIn(document.paths).flatMap(
      ({ operationId, description, parameters, responses }) => {
        const named = (parameters ?? []) as { name: string; description?: string }[];
        const headers = Object.values(responses).flatMap((response) =>
          Object.entries((response as { headers?: Record<string, { description?: string }> }).headers ?? {}),
        );
        return [
          ...(description === undefined ? [operationId] : []),
          ...named.filter((told) => !told.description).map(({ name }) => `${operationId} ${name}`),
          ...headers.filter(([, told]) => !told.description).map(([name]) => `${operationId} ${name}`),
        ];
      },
    );
    expect(undescribed).toEqual([]);
  });

  it('describes every answer, and names every problem in it', () => {
    const operations = operationsIn(document.paths);
    for (const { operationId, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        const { description, content = {} } = response as {
          description: string;
          content?: Record<string, { examples?: Record<string, { value: unknown }> }>;
        };
        expect([operationId, status, description.length > 5]).toEqual([operationId, status, true]);
        const { examples = {} } = content['application/problem+json'] ?? {};
        const codes = [...description.matchAll(/^`(\w+)`: /gm)].map(([, code]) => code);
        expect(Object.keys(examples)).toEqual(codes);
        expect(codes.length > 0).toBe(Number(status) >= 400);
        for (const { value } of Object.values(examples)) {
          expect(problemSchema.parse(value).status).toBe(Number(status));
        }
      }
    }
  });

  it('says nothing of signing in as anybody where that is not possible', () => {
    expect(Object.keys(document.paths)).not.toContain('/local/token');
  });
});

describe('holding responses to the document', () => {
  const sent = (change: Partial<SentResponse>): SentResponse => ({
    host: '127.0.0.1',
    port: 80,
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
    expect(judge(sent(change)).fault).toEqual(expect.any(String));
  });

  it('lets pass what is in it', () => {
    for (const change of [
      {},
      problem(401, 'unauthenticated'),
      { path: '/elsewhere' },
      { path: '/api/IMAGES/categories/' },
    ]) {
      expect(judge(sent(change)).fault).toBeUndefined();
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
