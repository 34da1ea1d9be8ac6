import { quotaInputSchema, quotaSchema } from '@darkroom/contracts';
import { showQuota } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { isOwnerId } from '../auth.ts';
import { defineRoute, type Route } from '../route.ts';

const path = '/admin/quotas/:owner';
const params = {
  owner: z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'The owner: the `sub` of their tokens, percent-encoded.', examples: ['alice'] }),
};

/** Quotas of single owners; all others have the default of the settings. */
export function manageQuotasRoutes(deps: Pick<ApiDependencies, 'quotas' | 'quota'>): Route[] {
  const show = showQuota(deps);
  const shared = { path, params, access: 'admin', tag: 'Quotas' } as const;
  return [
    defineRoute({
      ...shared,
      methods: ['get'],
      operationId: 'getQuota',
      summary: 'Show what an owner may have, and has',
      description: 'An owner who has never called has the default quota, and nothing in it.',
      success: { status: 200, description: 'The quota.', schema: quotaSchema },
      handle: async ({ param }) => ({ body: await show(ownerOf(param('owner'))) }),
    }),
    defineRoute({
      ...shared,
      methods: ['put'],
      operationId: 'setQuota',
      summary: 'Give an owner a quota of their own',
      description: 'It may be below what the owner has: then nothing is taken away, and nothing more let in.',
      body: quotaInputSchema,
      success: { status: 200, description: 'The quota as it now is.', schema: quotaSchema },
      handle: async ({ param, body }) => {
        const owner = ownerOf(param('owner'));
        const { max_images: maxImages, max_bytes: maxBytes } = await body();
        await deps.quotas.put(owner, { maxImages, maxBytes });
        return { body: await show(owner) };
      },
    }),
    defineRoute({
      ...shared,
      methods: ['delete'],
      operationId: 'resetQuota',
      summary: 'Give an owner the default quota again',
      description: 'What the settings say now and later.',
      success: { status: 200, description: 'The quota as it now is.', schema: quotaSchema },
      handle: async ({ param }) => {
        const owner = ownerOf(param('owner'));
        await deps.quotas.remove(owner);
        return { body: await show(owner) };
      },
    }),
  ];
}

function ownerOf(text: string): string {
  if (!isOwnerId(text)) throw new AppError('not_found', 'There can be no such owner.');
  return text;
}
