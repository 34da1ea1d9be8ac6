import type { Method, Route } from '../route.ts';
import { exampleOf } from './examples.ts';
import { parametersOf } from './parameters.ts';
import { responsesOf } from './responses.ts';
import { SchemaCollector } from './schema-collector.ts';
import { webhookOperations } from './webhook-operations.ts';

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
      { name: 'Quotas', description: 'How much an owner may have; admins manage it.' },
      { name: 'Webhooks', description: 'Being told of what happens.' },
      { name: 'Operations', description: 'How it all runs, and what went wrong; for admins.' },
      ...(routes.some(({ tag }) => tag === 'Local')
        ? [{ name: 'Local', description: 'Exists in the local stack alone.' }]
        : []),
    ],
    paths,
    webhooks: webhookOperations(schemas),
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
  const parameters = parametersOf(route, method, schemas);
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
            content: { 'application/json': { schema: schemas.input(body), example: exampleOf(body) } },
          },
        }),
    responses: responsesOf(route, method, schemas),
  };
}
