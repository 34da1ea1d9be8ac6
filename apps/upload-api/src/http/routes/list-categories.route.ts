import { categorySchema } from '@darkroom/contracts';
import { viewCategory } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';

export function listCategoriesRoute({ categories }: Pick<ApiDependencies, 'categories'>): Route {
  return defineRoute({
    methods: ['get'],
    path: '/images/categories',
    access: 'user',
    operationId: 'listCategories',
    tag: 'Uploads',
    summary: 'What may be uploaded',
    description: 'The active categories, with the limits that a page can hold a file to before it is sent.',
    success: { status: 200, description: 'Active categories.', schema: z.array(categorySchema) },
    handle: async () => ({ body: (await categories.list()).map(viewCategory) }),
  });
}
