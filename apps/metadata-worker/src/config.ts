import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaProblems, kafkaVariables } from '@darkroom/adapter-kafka';
import { databaseVariables } from '@darkroom/adapter-postgres';
import { s3Problems, s3Variables } from '@darkroom/adapter-s3';
import { setting } from '@darkroom/runtime';
import { z } from 'zod';

export const configSchema = z
  .object({
    LOG_LEVEL: setting.logLevel(),
    /** `/healthz` and `/readyz`; 0 lets the system choose. */
    HEALTH_PORT: setting.port().default(9090),
    SHUTDOWN_GRACE_MS: setting.ms().default(25_000),
    ...databaseVariables,
    ...s3Variables,
    ...kafkaVariables,
    EVENT_BUS: z.enum(['postgres', 'kafka']).default('postgres'),
    /** Images worked on at once. They mostly wait for S3. */
    CONCURRENCY: setting.count(64).default(4),
    /** How long a claim on an image stands without being renewed. */
    LEASE_MS: setting.ms().default(15_000),
    MAX_ATTEMPTS: setting.count(100).default(8),
    SCRATCH_DIR: z.string().default(join(tmpdir(), 'darkroom')),
  })
  .superRefine((env, context) => {
    for (const { variable, message } of [
      ...s3Problems(env),
      ...(env.EVENT_BUS === 'kafka' ? kafkaProblems(env) : []),
    ]) {
      context.addIssue({ code: 'custom', path: [variable], message });
    }
    if (env.LEASE_MS < 1_000)
      context.addIssue({ code: 'custom', path: ['LEASE_MS'], message: 'at least 1000' });
  });
export type Config = z.infer<typeof configSchema>;
