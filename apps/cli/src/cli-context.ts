import { loadConfig } from '@darkroom/runtime';
import type { z } from 'zod';

/** What commands are given: the environment, and nothing opened yet. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The settings that a command needs. Throws a `ConfigError` that names what is missing. */
  settings<T extends z.ZodType>(schema: T): z.infer<T>;
}

export function cliContext(env: CliContext['env']): CliContext {
  return { env, settings: (schema) => loadConfig(schema, env) };
}
