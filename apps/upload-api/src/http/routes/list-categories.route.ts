import { viewCategory } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function listCategoriesRoute({ categories }: Pick<ApiDependencies, 'categories'>): Route {
  return {
    methods: ['get'],
    path: '/images/categories',
    access: 'user',
    handle: async () => ({ body: (await categories.list()).map(viewCategory) }),
  };
}
