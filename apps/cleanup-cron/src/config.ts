import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectorVariables } from '@darkroom/adapter-inspector';
import { databaseVariables } from '@darkroom/adapter-postgres';
import { s3Problems, s3Variables } from '@darkroom/adapter-s3';
import { setting } from '@darkroom/runtime';
import { z } from 'zod';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const configSchema = z
  .object({
    ...s3Variables,
    ...databaseVariables,
    ...inspectorVariables,
    LOG_LEVEL: setting.logLevel(),
    SCRATCH_DIR: z.string().default(join(tmpdir(), 'darkroom')),
    /** How long a notification may take before the cleanup looks itself. */
    ARRIVAL_AGE_MS: setting.ms().default(minute),
    ORPHAN_AGE_MS: setting.ms().default(day),
    STUCK_AGE_MS: setting.ms().default(30 * minute),
    STRAY_AGE_MS: setting.ms().default(hour),
    TIMELINE_RETENTION_MS: setting.ms(3_650 * day).default(365 * day),
    EVENT_RETENTION_MS: setting.ms(3_650 * day).default(14 * day),
    /** The log of webhooks; longer than events, since it tells which of them were sent. */
    WEBHOOK_RETENTION_MS: setting.ms(3_650 * day).default(30 * day),
  })
  .superRefine((env, context) => {
    for (const { variable, message } of s3Problems(env)) {
      context.addIssue({ code: 'custom', path: [variable], message });
    }
    // Live streams find in the log that there is a timeline entry, and in the timeline what it says
    for (const variable of ['WEBHOOK_RETENTION_MS', 'TIMELINE_RETENTION_MS'] as const) {
      if (env[variable] >= env.EVENT_RETENTION_MS) continue;
      const message = 'at least as long as EVENT_RETENTION_MS';
      context.addIssue({ code: 'custom', path: [variable], message });
    }
  });

export type Config = z.infer<typeof configSchema>;

/** From which age, in milliseconds, each thing is the cleanup's business. */
export interface Ages {
  readonly arrivalMs: number;
  readonly orphanMs: number;
  readonly stuckMs: number;
  readonly strayMs: number;
  readonly timelineMs: number;
  readonly eventMs: number;
  readonly webhookMs: number;
}

export function agesOf(config: Config): Ages {
  return {
    arrivalMs: config.ARRIVAL_AGE_MS,
    orphanMs: config.ORPHAN_AGE_MS,
    stuckMs: config.STUCK_AGE_MS,
    strayMs: config.STRAY_AGE_MS,
    timelineMs: config.TIMELINE_RETENTION_MS,
    eventMs: config.EVENT_RETENTION_MS,
    webhookMs: config.WEBHOOK_RETENTION_MS,
  };
}
