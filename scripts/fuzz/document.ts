interface MediaType {
  schema: unknown;
  readonly 'x-events'?: Readonly<Record<string, unknown>>;
}

export interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, MediaType | undefined>> }>
  >;
}

/**
 * The API's own OpenAPI document. OpenAPI 3.1 has no words for single events of a stream, where schemathesis takes the
 * stream's schema to be that of each event: it gets the one that our `x-events` stands for.
 */
export async function documentOf(api: string): Promise<Document> {
  const document = (await (await fetch(`${api}/openapi.json`)).json()) as Document;
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    for (const { content } of Object.values(operation.responses)) {
      const stream = content?.['text/event-stream'];
      if (stream !== undefined) stream.schema = schemaOfEvents(stream['x-events'] ?? {});
    }
  }
  return document;
}

/** What may be answered to somebody who asks for what is not theirs: never that it was done, nor that it is there. */
const refusals = ['400', '401', '403', '404', '413', '415', '422', '429', '500', '503'];

/**
 * The calls that somebody who owns nothing and is no admin can only be refused: those of named things, and admins' own. They
 * have no answer but refusals here, so that any other is a status that is not documented.
 */
export function forStranger(document: Document): Document {
  const isRefused = ([path]: readonly [string, unknown]) => path.includes('{') || path.startsWith('/admin/');
  const paths = Object.entries(document.paths)
    .filter(isRefused)
    .map(([path, operations]) => {
      const refused = Object.entries(operations).map(([method, operation]) => {
        const responses = Object.entries(operation.responses).filter(([status]) => refusals.includes(status));
        return [method, { ...operation, responses: Object.fromEntries(responses) }];
      });
      return [path, Object.fromEntries(refused)];
    });
  return { ...document, paths: Object.fromEntries(paths) as Document['paths'] };
}

function schemaOfEvents(events: Readonly<Record<string, unknown>>): unknown {
  return {
    oneOf: Object.entries(events).map(([name, contentSchema]) => ({
      type: 'object',
      required: ['event', 'data'],
      properties: {
        event: { const: name },
        data: { type: 'string', contentMediaType: 'application/json', contentSchema },
      },
    })),
  };
}
