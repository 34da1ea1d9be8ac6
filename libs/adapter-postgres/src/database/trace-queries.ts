import { failSpan, isTraced, openSpan } from '@darkroom/kernel';
import type { Knex } from 'knex';

type Span = NonNullable<ReturnType<typeof openSpan>>;

interface Query {
  readonly sql: string;
  readonly __knexQueryUid: string;
}

/**
 * A span for each statement that is run within another span (OpenTelemetry semantic conventions, "PostgreSQL client"). The
 * text has placeholders where values stood; values are not told.
 */
export function traceQueries(pool: Knex, url: string): void {
  const open = new Map<string, Span>();
  const server = serverOf(url);
  const end = (query: Query, error?: unknown): void => {
    const span = open.get(query.__knexQueryUid);
    if (span === undefined) return;
    open.delete(query.__knexQueryUid);
    if (error !== undefined) failSpan(span, error);
    span.end();
  };
  pool.on('query', ({ sql, __knexQueryUid: id }: Query) => {
    if (!isTraced()) return;
    const operation = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'QUERY';
    const span = openSpan(operation, {
      kind: 'client',
      attributes: { ...server, 'db.operation.name': operation, 'db.query.text': sql },
    });
    if (span !== undefined) open.set(id, span);
  });
  pool.on('query-response', (_response: unknown, query: Query) => end(query));
  pool.on('query-error', (error: unknown, query: Query) => end(query, error));
}

function serverOf(url: string): Record<string, string | number> {
  const { hostname, port, pathname } = new URL(url);
  return {
    'db.system.name': 'postgresql',
    'db.namespace': decodeURIComponent(pathname.slice(1)),
    'server.address': hostname,
    'server.port': Number(port || 5432),
  };
}
