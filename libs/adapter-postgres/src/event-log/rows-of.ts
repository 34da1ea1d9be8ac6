import type { Knex } from 'knex';

/** The rows of one SQL statement with `?` placeholders; a JavaScript array stands for an SQL array. */
export async function rowsOf<Row>(
  knex: Knex,
  sql: string,
  bindings: readonly Knex.RawBinding[] = [],
): Promise<readonly Row[]> {
  const result = await knex.raw<{ rows: Row[] }>(sql, bindings);
  return result.rows;
}
