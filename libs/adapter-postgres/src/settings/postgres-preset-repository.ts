import type { Preset, PresetRepository } from '@darkroom/domain';
import type { Database } from '../database/connect.ts';

const selection = ['name', 'bound', 'fit', 'format', 'quality', 'effort'];

export class PostgresPresetRepository implements PresetRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In the order in which they were first added. */
  async list(): Promise<readonly Preset[]> {
    return this.#database.run(async (knex): Promise<Preset[]> =>
      knex('presets').select(selection).orderBy('position'),
    );
  }

  async put({ name, bound, fit, format, quality, effort }: Preset): Promise<void> {
    await this.#database.run(async (knex) => {
      await knex('presets').insert({ name, bound, fit, format, quality, effort }).onConflict('name').merge();
    });
  }

  async remove(name: string): Promise<boolean> {
    return this.#database.run(async (knex) => (await knex('presets').where('name', name).delete()) > 0);
  }
}
