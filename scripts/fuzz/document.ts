interface MediaType {
  schema: unknown;
  readonly 'x-events'?: Readonly<Record<string, unknown>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string }[];
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
