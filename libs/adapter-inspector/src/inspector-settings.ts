import { z } from 'zod';

/** Environment variables of the inspector, to be spread into an app's config schema. No URL: no inspector. */
export const inspectorVariables = {
  INSPECTOR_URL: z.url().optional(),
  INSPECTOR_TOKEN: z.string().optional(),
  INSPECTOR_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(10_000),
} as const;

export type InspectorEnvironment = z.infer<z.ZodObject<typeof inspectorVariables>>;
