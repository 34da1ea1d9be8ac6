import { z } from 'zod';

const url = z.string().regex(/^postgres(ql)?:\/\//, 'a URL that begins with postgres://');

/** Environment variables of Postgres, to be spread into an app's config schema. */
export const databaseVariables = {
  /** May be a transaction pooler. */
  DATABASE_URL: url,
  /** Postgres itself: LISTEN and locks of a session need it. Default: DATABASE_URL. */
  DATABASE_DIRECT_URL: url.optional(),
  /** Most connections of one process. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
} as const;

export type DatabaseEnvironment = z.infer<z.ZodObject<typeof databaseVariables>>;
