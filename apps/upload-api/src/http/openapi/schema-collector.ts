import { z } from 'zod';

/** JSON Schema 2020-12, as far as the document looks into it. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** Makes JSON Schemas of zod schemas; those with an `id` in their meta data are collected by it and referred to. */
export class SchemaCollector {
  readonly #named = new Map<string, JsonSchema>();

  get named(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** As a client may send it: before defaults and transformations. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'input');
  }

  output(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'output');
  }

  #convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const text = JSON.stringify(z.toJSONSchema(schema, { io }));
    const made = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema & {
      $defs?: Record<string, JsonSchema>;
    };
    const { $defs = {}, $schema: _dialect, ...rest } = made;
    for (const [name, { id: _id, ...definition }] of Object.entries($defs)) {
      const known = this.#named.get(name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
        throw new TypeError(`two schemas are called ${name}`);
      }
      this.#named.set(name, definition);
    }
    return rest;
  }
}
