import { z } from 'zod';

/** Everything that is wrong with the environment, one line per variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads an app's settings from environment variables named as the schema's keys. An empty variable counts as not
 * set. Throws a {@link ConfigError} that lists all problems at once, by variable; values are never shown.
 */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<T> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.') || 'settings';
    const missing = issue.code === 'invalid_type' && !(name in given);
    return `  ${name}: ${missing ? 'is not set' : issue.message}`;
  });
  throw new ConfigError(`The settings are not usable:\n${lines.join('\n')}`);
}

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Pieces for config schemas: each parses the text of an environment variable. */
export const setting = {
  /** 0 lets the system choose. */
  port: () => whole(0, 65_535),
  count: (max = 1_000_000) => whole(1, max),
  /** Milliseconds. */
  ms: (max = 7 * 86_400_000) => whole(0, max),
  bytes: (max = Number.MAX_SAFE_INTEGER) => whole(1, max),
  flag: () => z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1'),
  /** Comma-separated; blanks are dropped. */
  list: () =>
    z.string().transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
  url: () => z.url(),
  logLevel: () => z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
} as const;
