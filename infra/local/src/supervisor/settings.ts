import path from 'node:path';
import { z } from 'zod';

const port = (byDefault: number) => z.coerce.number().int().min(1).max(65_535).default(byDefault);

const schema = z
  .object({
    DARKROOM_DATA_DIR: z.string().default('.darkroom'),
    DARKROOM_HTTP_PORT: port(8080),
    DARKROOM_S3_PORT: port(9000),
    DARKROOM_SQS_PORT: port(9324),
    DARKROOM_POSTGRES_PORT: port(15_432),
    DARKROOM_KAFKA_PORT: port(9092),
    EVENT_BUS: z.enum(['postgres', 'kafka']).default('postgres'),
    KAFKA_BROKERS: z.string().optional(),
    KAFKA_TOPIC: z.string().default('darkroom.images.v1'),
    DARKROOM_SPLIT_ROLES: z.enum(['true', 'false']).default('false'),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .transform((env) => ({
    dataDir: path.resolve(env.DARKROOM_DATA_DIR),
    httpPort: env.DARKROOM_HTTP_PORT,
    s3Port: env.DARKROOM_S3_PORT,
    sqsPort: env.DARKROOM_SQS_PORT,
    postgresPort: env.DARKROOM_POSTGRES_PORT,
    kafkaPort: env.DARKROOM_KAFKA_PORT,
    eventBus: env.EVENT_BUS,
    /** Given by the user; empty when the stack starts its own. */
    kafkaBrokers: env.KAFKA_BROKERS?.split(',') ?? [],
    kafkaTopic: env.KAFKA_TOPIC,
    /** API, relay, publisher and webhooks as processes of their own, as in a cluster. */
    splitRoles: env.DARKROOM_SPLIT_ROLES === 'true',
    logLevel: env.LOG_LEVEL,
  }));

export type StackSettings = z.infer<typeof schema>;

/** A start that cannot go on for a reason that the user can change; its message says which. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Reads the stack's settings. Throws a {@link StartError} that names every variable that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): StackSettings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new StartError(`These variables are not usable:\n${lines.join('\n')}`);
}

/** What `npm start -- --help` says. */
export const usage = `Usage: npm start            the whole of Darkroom in this terminal; Ctrl-C stops it
       npm run dev          the same, restarting what changes

Variables (default):
  DARKROOM_DATA_DIR       where everything is kept (.darkroom)
  DARKROOM_HTTP_PORT      page and API (8080)
  DARKROOM_S3_PORT        S3 (9000)
  DARKROOM_SQS_PORT       SQS (9324)
  DARKROOM_POSTGRES_PORT  PostgreSQL (15432)
  EVENT_BUS               postgres or kafka (postgres)
  KAFKA_BROKERS           a Kafka to use with EVENT_BUS=kafka; without it one is started, by Java or a container
  DARKROOM_KAFKA_PORT     port of the Kafka that is started (9092)
  KAFKA_TOPIC             topic of the events (darkroom.images.v1)
  DARKROOM_SPLIT_ROLES    true: API, relay, publisher and webhooks as processes of their own (false)
  LOG_LEVEL               fatal, error, warn, info, debug or trace (info)
`;
