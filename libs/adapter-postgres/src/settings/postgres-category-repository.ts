import type { Visibility } from '@darkroom/contracts';
import type { Category, CategoryRepository } from '@darkroom/domain';
import type { Database } from '../database/connect.ts';

interface CategoryRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly max_file_size: string;
  readonly allowed_extensions: readonly string[];
  readonly is_active: boolean;
  readonly visibility: Visibility;
}

const selection = [
  'id',
  'name',
  'description',
  'max_file_size',
  'allowed_extensions',
  'is_active',
  'visibility',
];

const toCategory = (row: CategoryRow): Category => ({
  id: row.id,
  name: row.name,
  description: row.description,
  maxFileSize: Number(row.max_file_size),
  allowedExtensions: row.allowed_extensions,
  isActive: row.is_active,
  visibility: row.visibility,
});

/** Columns of the fields that are given; knex leaves undefined ones out. */
const toColumns = (fields: Partial<Omit<Category, 'id'>>) => ({
  name: fields.name,
  description: fields.description,
  max_file_size: fields.maxFileSize,
  allowed_extensions: fields.allowedExtensions,
  is_active: fields.isActive,
  visibility: fields.visibility,
});

export class PostgresCategoryRepository implements CategoryRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list({ includeInactive = false } = {}): Promise<readonly Category[]> {
    return this.#database.run(async (knex) => {
      const query = knex('categories').select(selection).orderBy('id');
      const rows: CategoryRow[] = await (includeInactive ? query : query.where('is_active', true));
      return rows.map(toCategory);
    });
  }

  async get(id: number): Promise<Category | undefined> {
    return this.#database.run(async (knex) => {
      const row: CategoryRow | undefined = await knex('categories').first(selection).where('id', id);
      return row && toCategory(row);
    });
  }

  async create(category: Omit<Category, 'id'>): Promise<Category> {
    return this.#database.run(async (knex) => {
      const rows = await knex('categories').insert(toColumns(category)).returning<CategoryRow[]>(selection);
      const [row] = rows;
      if (row === undefined) throw new TypeError('an insert answers its row');
      return toCategory(row);
    });
  }

  async update(id: number, fields: Partial<Omit<Category, 'id'>>): Promise<Category | undefined> {
    return this.#database.run(async (knex) => {
      const rows: CategoryRow[] = await knex('categories')
        .where('id', id)
        .update({
          ...toColumns(fields),
          updated_at: knex.fn.now(),
          ...(fields.visibility !== undefined && {
            visibility_changed_at: knex.raw(
              'case when visibility = ? then visibility_changed_at else now() end',
              [fields.visibility],
            ),
          }),
        })
        .returning(selection);
      return rows[0] && toCategory(rows[0]);
    });
  }
}
