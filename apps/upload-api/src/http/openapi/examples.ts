import { z } from 'zod';

/**
 * The example of a body, from the meta data of its schema; undefined where it has none. It stands by itself in the
 * document, since a schema that transforms what it is given has no examples in JSON Schema.
 */
export function exampleOf(schema: z.ZodType): unknown {
  const { examples } = schema.meta() ?? {};
  if (Array.isArray(examples)) return examples[0] as unknown;
  if (!(schema instanceof z.ZodArray)) return undefined;
  const item = exampleOf(schema.element as z.ZodType);
  return item === undefined ? undefined : [item];
}
