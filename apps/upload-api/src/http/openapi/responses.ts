import { STATUS_CODES } from 'node:http';
import { problemSchema, type ProblemBody } from '@darkroom/contracts';
import { problemType } from '../problem.ts';
import type { Method, Route } from '../route.ts';
import { problemKind, type ProblemCode } from './problem-codes.ts';
import { exampleOf } from './examples.ts';
import type { SchemaCollector } from './schema-collector.ts';

/** Whether `If-None-Match` can be asked with. */
export const isConditional = ({ success }: Route, method: Method): boolean =>
  method === 'get' && 'tagged' in success;

/** Codes that this route may answer: its own, and those of every call of its kind. */
export function problemCodesOf({ access, params, query, body, problems = [] }: Route): ProblemCode[] {
  const codes: ProblemCode[] = [
    'forbidden',
    ...(access === 'anyone'
      ? []
      : ([
          'unauthenticated',
          'invalid_owner',
          'rate_limited',
          'internal',
          'unavailable',
          'aborted',
        ] as const)),
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

/** Everything that may be answered, by status. */
export function responsesOf(route: Route, method: Method, schemas: SchemaCollector): Record<string, unknown> {
  const { success, access } = route;
  const limits = access === 'anyone' ? {} : limitHeaders;
  const responses: Record<string, unknown> = {
    [success.status]: {
      description: success.description,
      headers: { ...limits, ...headersOf(success) },
      ...contentOf(success, schemas),
    },
    ...(isConditional(route, method)
      ? { 304: { description: 'It is as you have it.', headers: { ...limits, ...tagHeader } } }
      : {}),
  };
  const byStatus = Map.groupBy(problemCodesOf(route), (code) => problemKind(code).status);
  for (const [status, codes] of byStatus) responses[status] = problemResponse(status, codes, schemas);
  return responses;
}

const tagHeader = {
  ETag: {
    required: true,
    description: 'Names this state of the image: for `If-None-Match`, and for `If-Match` on a change.',
    schema: { type: 'string', pattern: '^"[^"]*"$' },
  },
};

function headersOf(success: Route['success']): Record<string, unknown> {
  if (success.status === 302)
    return {
      Location: {
        required: true,
        description: 'Where the file is, for a few minutes.',
        schema: { type: 'string', format: 'uri' },
      },
    };
  return 'tagged' in success ? tagHeader : {};
}

function contentOf(success: Route['success'], schemas: SchemaCollector): Record<string, unknown> {
  if (success.status === 302) return {};
  if (!('events' in success)) {
    const example = success.example ?? exampleOf(success.schema);
    return { content: { 'application/json': { schema: schemas.output(success.schema), example } } };
  }
  // OpenAPI 3.1 has no words for the events of a stream (3.2 has `itemSchema`)
  const events = Object.entries(success.events).map(([name, data]) => [name, schemas.output(data)]);
  const example = Object.entries(success.events).map(([name, data], index) => {
    return `id: ${index + 3}\nevent: ${name}\ndata: ${JSON.stringify(exampleOf(data))}\n\n`;
  });
  const stream = {
    schema: { type: 'string' },
    'x-events': Object.fromEntries(events),
    example: `retry: 2000\n\n${example.join('')}`,
  };
  return { content: { [success.mediaType]: stream } };
}

const retryAfter = {
  'Retry-After': {
    required: true,
    description: 'Seconds after which to try again.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
};

/** Not there where no limit is set. By draft-ietf-httpapi-ratelimit-headers-10. */
const limitHeaders = {
  RateLimit: {
    description: 'What is left (`r`) of each limit, and the seconds until all of it is there again (`t`).',
    schema: { type: 'string' },
    example: '"user";r=1187;t=42, "address";r=5950;t=42',
  },
  'RateLimit-Policy': {
    description:
      'How many calls (`q`) are possible in so many seconds (`w`), for each user and each address.',
    schema: { type: 'string' },
    example: '"user";q=1200;w=60, "address";q=6000;w=60',
  },
};

const problemHeaders: Readonly<Record<number, unknown>> = {
  401: {
    'WWW-Authenticate': {
      required: true,
      description: 'How to sign in: by a bearer token (RFC 6750).',
      schema: { type: 'string' },
    },
  },
  429: { ...retryAfter, ...limitHeaders },
  503: retryAfter,
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
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      },
    },
  };
}

/** `detail` may say more than this. */
function problemExample(code: ProblemCode): ProblemBody {
  const { status, means: detail } = problemKind(code);
  return { type: problemType(code), title: STATUS_CODES[status] ?? 'Error', status, detail, code };
}
