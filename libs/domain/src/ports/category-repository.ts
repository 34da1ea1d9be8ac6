import type { Category } from '../model/category.ts';

/** Categories are few and rarely change; a new installation has one with id 1. */
export interface CategoryRepository {
  /** By id. Inactive ones only when asked for. */
  list(options?: { readonly includeInactive?: boolean }): Promise<readonly Category[]>;
  get(id: number): Promise<Category | undefined>;
  /** Throws `conflict` where the name is taken. */
  create(category: Omit<Category, 'id'>): Promise<Category>;
  /** Remembers when the visibility last changed. Undefined where there is none with this id. Throws `conflict` where the name is taken. */
  update(id: number, fields: Partial<Omit<Category, 'id'>>): Promise<Category | undefined>;
}
