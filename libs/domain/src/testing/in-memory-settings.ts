import { AppError } from '@darkroom/kernel';
import type { Category } from '../model/category.ts';
import type { Preset } from '../model/preset.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { PresetRepository } from '../ports/preset-repository.ts';
import type { InMemoryState } from './in-memory-state.ts';

export class InMemoryCategoryRepository implements CategoryRepository {
  readonly #categories: Map<number, Category>;
  readonly #visibilityChangedAt: Map<number, Date>;

  constructor({ categories, visibilityChangedAt }: InMemoryState) {
    this.#categories = categories;
    this.#visibilityChangedAt = visibilityChangedAt;
  }

  async list({ includeInactive = false } = {}): Promise<readonly Category[]> {
    return [...this.#categories.values()].filter(({ isActive }) => includeInactive || isActive);
  }

  async get(id: number): Promise<Category | undefined> {
    return this.#categories.get(id);
  }

  async create(category: Omit<Category, 'id'>): Promise<Category> {
    this.#refuseTaken(category.name, undefined);
    const created = { ...category, id: Math.max(0, ...this.#categories.keys()) + 1 };
    this.#categories.set(created.id, created);
    return created;
  }

  async update(id: number, fields: Partial<Omit<Category, 'id'>>): Promise<Category | undefined> {
    const category = this.#categories.get(id);
    if (category === undefined) return undefined;
    if (fields.name !== undefined) this.#refuseTaken(fields.name, id);
    const updated = { ...category, ...fields };
    this.#categories.set(id, updated);
    if (updated.visibility !== category.visibility) this.#visibilityChangedAt.set(id, new Date());
    return updated;
  }

  #refuseTaken(name: string, ownId: number | undefined): void {
    const taken = [...this.#categories.values()].some(
      (other) => other.id !== ownId && other.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw new AppError('conflict', 'there is a category of this name already');
  }
}

export class InMemoryPresetRepository implements PresetRepository {
  readonly #presets: Map<string, Preset>;

  constructor({ presets }: InMemoryState) {
    this.#presets = presets;
  }

  async list(): Promise<readonly Preset[]> {
    return [...this.#presets.values()];
  }

  async put(preset: Preset): Promise<void> {
    this.#presets.set(preset.name, preset);
  }

  async remove(name: string): Promise<boolean> {
    return this.#presets.delete(name);
  }
}
