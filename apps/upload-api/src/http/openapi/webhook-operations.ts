import { webhookBodySchemas } from '@darkroom/contracts';
import { z } from 'zod';
import { exampleOf } from './examples.ts';
import type { SchemaCollector } from './schema-collector.ts';

const headers = {
  'webhook-id': z
    .uuid()
    .meta({ description: 'The same each time that this webhook is sent: drop what you have.' }),
  'webhook-timestamp': z
    .string()
    .regex(/^\d+$/)
    .meta({ description: 'Seconds since 1970 of this attempt. Refuse what is older than five minutes.' }),
  'webhook-signature': z.string().meta({
    description:
      'HMAC-SHA256 by Standard Webhooks, `v1,…`; two of them, parted by a space, while the secret changes.',
  }),
};

/** What this program calls, rather than answers (OpenAPI 3.1, `webhooks`). */
export function webhookOperations(schemas: SchemaCollector): Readonly<Record<string, unknown>> {
  const parameters = Object.entries(headers).map(([name, schema]) => {
    const { description, ...rest } = schemas.input(schema);
    return { name, in: 'header', required: true, description, schema: rest };
  });
  return Object.fromEntries(
    Object.entries(webhookBodySchemas()).map(([type, schema]) => [
      type,
      {
        post: {
          tags: ['Webhooks'],
          summary: `\`${type}\`, sent to endpoints that want it`,
          description:
            'Answer 2xx at once, and work afterwards: what takes longer than 15 seconds is sent again.',
          security: [],
          parameters,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemas.output(schema), example: exampleOf(schema) } },
          },
          responses: {
            '2XX': { description: 'Taken. Any other answer, and none within 15 seconds, is tried again.' },
            410: { description: 'No more of it: the endpoint is paused.' },
          },
        },
      },
    ]),
  );
}
