import { problemSchema } from '@darkroom/contracts';
import type { z } from 'zod';
import type { Method, Route } from '../route.ts';
import { problemKind, type ProblemCode } from './problem-codes.ts';
import { SchemaCollector, type JsonSchema } from './schema-collector.ts';

export interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** OpenAPI 3.1, as far as this program reads it again. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Partial<Readonly<Record<Method, Operation>>>>>;
  readonly [field: string]: unknown;
}

const about = `Uploads go straight into your own bucket: ask for a presigned POST, send the file to S3, then tell the API.
All bodies are JSON in snake_case. Errors are RFC 9457 problem details with a stable \`code\`. A query field that is empty
counts as not given. Images of others are 404.`;

/** The OpenAPI 3.1 document of these routes, from the schemas by which they validate. */
export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const schemas = new SchemaCollector();
  const paths: Record<string, Partial<Record<Method, Operation>>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    for (const method of route.methods) (paths[path] ??= {})[method] = operationOf(route, method, schemas);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Darkroom',
      version: '1',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    security: [{ bearer: [] }],
    tags: [
      { name: 'Uploads', description: 'From a file to an image.' },
      { name: 'Images', description: 'Find, show, change, delete.' },
      { name: 'Live', description: 'What happens to images, as it happens.' },
      { name: 'Categories', description: 'What may be uploaded; admins manage them.' },
      { name: 'Webhooks', description: 'Being told of what happens.' },
      ...(routes.some(({ tag }) => tag === 'Local')
        ? [{ name: 'Local', description: 'Exists in the local stack alone.' }]
        : []),
    ],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: '`sub` owns what a call makes; the roles `service` and `admin` open more.',
        },
        ticket: {
          type: 'apiKey',
          in: 'query',
          name: 'ticket',
          description: 'From `POST /tickets`: good for one stream, within a minute. For `EventSource`.',
        },
      },
    },
  };
}

function operationOf(route: Route, method: Method, schemas: SchemaCollector): Operation {
  const { operationId, tag, summary, description, access, byTicket, body } = route;
  const byPutAsWell = method === 'put' && route.methods.includes('patch');
  const notes = [
    description,
    access === 'admin' ? 'For admins.' : undefined,
    byPutAsWell ? 'Changes what is given and keeps the rest, as PATCH does.' : undefined,
  ].filter((note) => note !== undefined);
  const parameters = parametersOf(route, schemas);
  return {
    operationId: byPutAsWell ? `${operationId}ByPut` : operationId,
    tags: [tag],
    summary,
    ...(notes.length === 0 ? {} : { description: notes.join(' ') }),
    ...(access === 'anyone' ? { security: [] } : {}),
    ...(byTicket === true ? { security: [{ bearer: [] }, { ticket: [] }] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success, // no body counts as {}
            content: { 'application/json': { schema: schemas.input(body), ...exampleOf(body) } },
          },
        }),
    responses: responsesOf(route, schemas),
  };
}

/** By itself, since a schema that transforms what it is given has no examples in JSON Schema. */
function exampleOf(schema: z.ZodType): { readonly example?: unknown } {
  const { examples } = schema.meta() ?? {};
  return Array.isArray(examples) ? { example: examples[0] as unknown } : {};
}

function parametersOf({ params = {}, query, access, success }: Route, schemas: SchemaCollector): unknown[] {
  const inPath = Object.entries(params).map(([name, schema]) =>
    parameter(name, 'path', true, schemas.input(schema)),
  );
  const { properties = {}, required = [] } = query === undefined ? {} : schemas.input(query);
  const inQuery = Object.entries(properties).map(([name, schema]) =>
    parameter(name, 'query', required.includes(name), listOf(schema)),
  );
  const owner = parameter('X-Owner', 'header', false, {
    type: 'string',
    minLength: 1,
    description:
      "The owner for whom a service or an admin calls. Other than Latin letters are written UTF-8''…, percent-encoded.",
  });
  const lastEventId = parameter('Last-Event-ID', 'header', false, {
    type: 'string',
    pattern: '^\\d{1,15}$',
    description: 'The `id` of the last event that you have; the stream goes on behind it.',
  });
  return [
    ...inPath,
    ...inQuery,
    ...(access === 'anyone' ? [] : [owner]),
    ...('events' in success ? [lastEventId] : []),
  ];
}

function parameter(name: string, where: string, required: boolean, schema: JsonSchema): unknown {
  const { description, ...rest } = schema;
  return { name, in: where, required, ...(description === undefined ? {} : { description }), schema: rest };
}

/** One value and several of them are the same parameter, repeated: that is what a list in a query is. */
function listOf(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  const list = anyOf?.find(({ type }) => type === 'array');
  return list === undefined ? schema : { ...rest, ...list };
}

/** Codes that this route may answer: its own, and those of every call of its kind. */
export function problemCodesOf({ access, params, query, body, problems = [] }: Route): ProblemCode[] {
  const codes: ProblemCode[] = [
    'forbidden',
    'internal',
    'unavailable',
    'aborted',
    ...(access === 'anyone' ? [] : (['unauthenticated', 'invalid_owner'] as const)),
    ...(params === undefined ? [] : (['malformed_path', 'not_found'] as const)),
    ...(query === undefined ? [] : (['invalid_query'] as const)),
    ...(body === undefined
      ? []
      : ([
          'bad_request',
          'malformed_json',
          'too_large',
          'unsupported_media_type',
          'unsupported_charset',
          'unsupported_encoding',
          'invalid_body',
          'invalid',
        ] as const)),
    ...problems,
  ];
  return [...new Set(codes)];
}

function responsesOf(route: Route, schemas: SchemaCollector): Record<string, unknown> {
  const { success } = route;
  const responses: Record<string, unknown> = {
    [success.status]: {
      description: success.description,
      ...contentOf(success, schemas),
    },
  };
  const byStatus = Map.groupBy(problemCodesOf(route), (code) => problemKind(code).status);
  for (const [status, codes] of byStatus) responses[status] = problemResponse(status, codes, schemas);
  return responses;
}

function contentOf(success: Route['success'], schemas: SchemaCollector): Record<string, unknown> {
  if (success.status === 302) {
    return { headers: { Location: { required: true, schema: { type: 'string', format: 'uri' } } } };
  }
  if (!('events' in success)) {
    return { content: { 'application/json': { schema: schemas.output(success.schema) } } };
  }
  // OpenAPI 3.1 has no words for the events of a stream (3.2 has `itemSchema`)
  const events = Object.entries(success.events).map(([name, data]) => [name, schemas.output(data)]);
  const stream = { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) };
  return { content: { [success.mediaType]: stream } };
}

const problemHeaders: Readonly<Record<number, unknown>> = {
  401: { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } },
  503: {
    'Retry-After': {
      required: true,
      description: 'Seconds after which to try again.',
      schema: { type: 'string', pattern: '^\\d+$' },
    },
  },
};

function problemResponse(status: number, codes: readonly ProblemCode[], schemas: SchemaCollector): unknown {
  return {
    description: codes.map((code) => `\`${code}\`: ${problemKind(code).means}`).join('\n\n'),
    ...(status in problemHeaders ? { headers: problemHeaders[status] } : {}),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [schemas.output(problemSchema)],
          properties: { status: { const: status }, code: { enum: codes } },
        },
      },
    },
  };
}
