import {
  type CategoryChange,
  categoryChangeSchema,
  type CategoryInput,
  categoryInputSchema,
  categorySchema,
} from '@darkroom/contracts';
import { viewCategory, type Category } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';

/** Categories are never removed, since images are in them: an inactive one takes no more uploads. */
export function manageCategoriesRoutes({ categories }: Pick<ApiDependencies, 'categories'>): Route[] {
  return [
    defineRoute({
      methods: ['get'],
      path: '/admin/categories',
      access: 'admin',
      operationId: 'listAllCategories',
      tag: 'Categories',
      summary: 'All categories, inactive ones too',
      description: 'Oldest first.',
      success: { status: 200, description: 'Categories.', schema: z.array(categorySchema) },
      handle: async () => ({ body: (await categories.list({ includeInactive: true })).map(viewCategory) }),
    }),
    defineRoute({
      methods: ['post'],
      path: '/admin/categories',
      access: 'admin',
      operationId: 'createCategory',
      tag: 'Categories',
      summary: 'Make a category',
      description: 'Uploads to it are possible at once.',
      body: categoryInputSchema,
      success: { status: 201, description: 'The new category.', schema: categorySchema },
      problems: ['category_exists'],
      handle: async ({ body }) => {
        const input = await body();
        return { body: viewCategory(await naming(() => categories.create(categoryOf(input)))) };
      },
    }),
    defineRoute({
      methods: ['get'],
      path: '/admin/categories/:id',
      access: 'admin',
      operationId: 'getCategory',
      tag: 'Categories',
      summary: 'Show a category',
      description: 'Whether it is active or not.',
      params: categoryParams,
      success: { status: 200, description: 'The category.', schema: categorySchema },
      handle: async ({ param }) => ({ body: viewCategory(found(await categories.get(idOf(param('id'))))) }),
    }),
    defineRoute({
      methods: ['put', 'patch'],
      path: '/admin/categories/:id',
      access: 'admin',
      operationId: 'updateCategory',
      tag: 'Categories',
      summary: 'Change a category',
      description:
        'An inactive one takes no more uploads. Categories are never removed, since images are in them.',
      params: categoryParams,
      body: categoryChangeSchema,
      success: { status: 200, description: 'The category as it now is.', schema: categorySchema },
      problems: ['category_exists'],
      handle: async ({ param, body }) => {
        const id = idOf(param('id'));
        const change = changeOf(await body());
        return { body: viewCategory(found(await naming(() => categories.update(id, change)))) };
      },
    }),
  ];
}

const categoryParams = {
  id: z
    .int()
    .positive()
    .max(999_999_999)
    .meta({ description: 'Id of the category.', examples: [1] }),
};

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw notFound();
  return Number(text);
}

function found<T>(category: T | undefined): T {
  if (category === undefined) throw notFound();
  return category;
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such category.');
}

function categoryOf(input: CategoryInput): Omit<Category, 'id'> {
  const { name, description, max_file_size, allowed_extensions, is_active, visibility } = input;
  return {
    name,
    description,
    maxFileSize: max_file_size,
    allowedExtensions: allowed_extensions,
    isActive: is_active,
    visibility,
  };
}

function changeOf(change: CategoryChange): Partial<Omit<Category, 'id'>> {
  const { name, description, max_file_size, allowed_extensions, is_active, visibility } = change;
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(max_file_size === undefined ? {} : { maxFileSize: max_file_size }),
    ...(allowed_extensions === undefined ? {} : { allowedExtensions: allowed_extensions }),
    ...(is_active === undefined ? {} : { isActive: is_active }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/** The database says only that something is there already: here that is the name. */
async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    throw new AppError('conflict', 'There is a category of this name already.', {
      reason: 'category_exists',
      cause: error,
    });
  }
}
