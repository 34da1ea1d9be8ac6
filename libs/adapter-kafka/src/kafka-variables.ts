import { z } from 'zod';
import type { KafkaSettings } from './kafka-client.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Environment variables of Kafka, to be spread into an app's config schema. */
export const kafkaVariables = {
  /** `host:port`, comma-separated. */
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/, 'host:port, comma-separated')))
    .optional(),
  KAFKA_TOPIC: z.string().min(1).default('darkroom.images.v1'),
  KAFKA_TLS: flag.default(false),
  /** Authorities to trust instead of the system's, in PEM. */
  KAFKA_TLS_CA: z.string().optional(),
  /** `aws-msk-iam` signs with the credentials of AWS; the others want user and password. */
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512', 'aws-msk-iam']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).optional(),
} as const;

export type KafkaEnvironment = z.infer<z.ZodObject<typeof kafkaVariables>>;

/** Problems between the variables: what one alone cannot show. For an app that uses Kafka, in its `superRefine`. */
export function kafkaProblems(
  env: KafkaEnvironment,
): { readonly variable: string; readonly message: string }[] {
  const problems = [];
  if (env.KAFKA_BROKERS === undefined)
    problems.push({ variable: 'KAFKA_BROKERS', message: 'is needed with EVENT_BUS=kafka' });
  if (env.KAFKA_SASL_MECHANISM === 'aws-msk-iam') {
    if (!env.KAFKA_TLS) problems.push({ variable: 'KAFKA_TLS', message: 'is needed for aws-msk-iam' });
    return problems;
  }
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const unset = sasl.filter((name) => env[name] === undefined);
  if (unset.length > 0 && unset.length < sasl.length) {
    problems.push(...unset.map((variable) => ({ variable, message: 'is needed for SASL' })));
  }
  return problems;
}

/** The adapter's settings from the variables of {@link kafkaVariables}. */
export function kafkaSettingsOf(
  env: KafkaEnvironment,
  clientId: string,
  onLog?: KafkaSettings['onLog'],
): KafkaSettings {
  const sasl = saslOf(env);
  const replicationFactor = env.KAFKA_REPLICATION_FACTOR;
  return {
    brokers: env.KAFKA_BROKERS ?? [],
    clientId,
    topic: env.KAFKA_TOPIC,
    // One-line variables carry a PEM with \n written out
    tls:
      env.KAFKA_TLS && env.KAFKA_TLS_CA !== undefined
        ? { ca: env.KAFKA_TLS_CA.replaceAll('\\n', '\n') }
        : env.KAFKA_TLS,
    ...(sasl === undefined ? {} : { sasl }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(onLog === undefined ? {} : { onLog }),
  };
}

function saslOf(env: KafkaEnvironment): KafkaSettings['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = env;
  if (mechanism === 'aws-msk-iam') return { mechanism, region: env.AWS_REGION };
  const password = env.KAFKA_SASL_PASSWORD;
  return mechanism && username && password ? { mechanism, username, password } : undefined;
}
