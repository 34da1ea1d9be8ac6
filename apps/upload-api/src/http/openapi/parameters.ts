import type { Method, Route } from '../route.ts';
import { isConditional } from './responses.ts';
import type { JsonSchema, SchemaCollector } from './schema-collector.ts';

/** Everything that stands in the path, the query and the headers of a call. */
export function parametersOf(route: Route, method: Method, schemas: SchemaCollector): unknown[] {
  const { params = {}, query, headers = {}, access, success } = route;
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
  const own = Object.entries(headers).map(([name, schema]) =>
    parameter(name, 'header', false, schemas.input(schema)),
  );
  const ifNoneMatch = parameter('If-None-Match', 'header', false, {
    type: 'string',
    description: 'The `ETag` of what you have: 304 where it is still so.',
  });
  return [
    ...inPath,
    ...inQuery,
    ...(access === 'anyone' ? [] : [owner]),
    ...own,
    ...(isConditional(route, method) ? [ifNoneMatch] : []),
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
