import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { problemSchema } from '@darkroom/contracts';
import type { Method } from '../route.ts';
import type { OpenApiDocument, Operation } from './document.ts';
import type { SentResponse } from './watch-responses.fixture.ts';

interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, DocumentedContent>>;
}

interface DocumentedContent {
  readonly schema: object;
  /** Schemas of the data of server-sent events, by name. */
  readonly 'x-events'?: Readonly<Record<string, object>>;
}

export interface Verdict {
  /** What the document says otherwise about a response, in a sentence; undefined where all is as it says. */
  readonly fault: string | undefined;
  /** The operation that answered; undefined where none did. */
  readonly operationId: string | undefined;
}

export type Judge = (sent: SentResponse) => Verdict;

const nothing: Verdict = { fault: undefined, operationId: undefined };

/** Paths that the document does not describe: itself, and the page that shows it. */
const outside = /^\/(?:openapi\.json|docs(?:\/.*)?)$/;
/** What the document does not know, since it is no HTTP. */
const webSocket = /^\/ws\/?$/i;

/** Makes validators of schemas that stand in a document, formats included. */
export function validatorsOf(document: OpenApiDocument): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const { components } = document;
  ajv.addSchema({ $id: 'document', components });
  const compiled = new Map<object, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    // Named schemas are compiled once, not again for each that refers to them
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    const made = ajv.compile(JSON.parse(text) as object);
    compiled.set(schema, made);
    return made;
  };
}

/** Holds responses below `/api` to an OpenAPI document. What is not a documented call must be refused as a problem. */
export function judgeBy(document: OpenApiDocument): Judge {
  const validatorOf = validatorsOf(document);
  const paths = Object.entries(document.paths)
    .map(([path, operations]) => ({
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
      names: path.split('{').length,
      operations,
    }))
    .sort((a, b) => a.names - b.names);

  return (sent) => {
    const path = /^\/api(\/.*|$)/i.exec(sent.path)?.[1];
    if (path === undefined || outside.test(path) || sent.method === 'OPTIONS') return nothing;
    const operations = paths.find(({ pattern }) => pattern.test(path))?.operations;
    const method = (sent.method === 'HEAD' ? 'get' : sent.method.toLowerCase()) as Method;
    const operation = operations?.[method];
    const fault =
      operation === undefined
        ? refusalFault(
            sent,
            webSocket.test(path) ? [404, 426] : operations === undefined ? [400, 404] : [400, 405],
          )
        : responseFault(sent, operation, validatorOf);
    return {
      operationId: operation?.operationId,
      fault: fault && `${sent.method} ${sent.path} answered ${sent.status}: ${fault}`,
    };
  };
}

function refusalFault({ status, type, body, method }: SentResponse, expected: number[]): string | undefined {
  if (!expected.includes(status)) return 'no such call is documented';
  if (type !== 'application/problem+json') return `as ${type}`;
  if (method === 'HEAD') return undefined;
  const { success, error } = problemSchema.safeParse(JSON.parse(body));
  return success ? undefined : error.message;
}

function responseFault(
  sent: SentResponse,
  operation: Operation,
  validatorOf: (schema: object) => ValidateFunction,
): string | undefined {
  const documented = operation.responses[sent.status] as DocumentedResponse | undefined;
  if (documented === undefined) return `not documented: ${sent.body}`;
  for (const [name, { required }] of Object.entries(documented.headers ?? {})) {
    if (required === true && !sent.hasHeader(name)) return `the header ${name} is missing`;
  }
  if (documented.content === undefined) return sent.body === '' ? undefined : 'has a body';
  const { schema, 'x-events': events } = documented.content[sent.type ?? ''] ?? {};
  if (schema === undefined) return `as ${sent.type}`;
  if (sent.method === 'HEAD') return undefined;
  if (events !== undefined) return eventsFault(sent.body, events, validatorOf);
  const validate = validatorOf(schema);
  return validate(JSON.parse(sent.body)) ? undefined : `${JSON.stringify(validate.errors)} in ${sent.body}`;
}

function eventsFault(
  stream: string,
  schemas: Readonly<Record<string, object>>,
  validatorOf: (schema: object) => ValidateFunction,
): string | undefined {
  for (const block of stream.split('\n\n')) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined) continue; // a comment, or an id alone
    const schema = schemas[/^event: (.*)$/m.exec(block)?.[1] ?? ''];
    if (schema === undefined || !/^id: \d+$/m.test(block)) return `has the event ${block}`;
    const validate = validatorOf(schema);
    if (!validate(JSON.parse(data))) return `${JSON.stringify(validate.errors)} in ${data}`;
  }
  return undefined;
}
