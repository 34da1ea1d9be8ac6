import { z } from 'zod';

/** How to reach the queues, as the adapter wants it. */
export interface SqsSettings {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly region: string;
  /** Undefined for AWS itself. */
  readonly endpoint?: string | undefined;
  /** Default: the AWS chain (environment, profile, web identity, instance role). */
  readonly credentials?:
    | {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken?: string | undefined;
      }
    | undefined;
}

/** Environment variables of SQS, to be spread into an app's config schema. */
export const sqsVariables = {
  SQS_QUEUE_URL: z.url(),
  SQS_DEAD_LETTER_QUEUE_URL: z.url(),
  SQS_ENDPOINT: z.url().optional(),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
} as const;

export type SqsEnvironment = z.infer<z.ZodObject<typeof sqsVariables>>;

/** The adapter's settings from the variables of {@link sqsVariables}. */
export function sqsSettingsOf(env: SqsEnvironment): SqsSettings {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const keys = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    queueUrl: env.SQS_QUEUE_URL,
    deadLetterQueueUrl: env.SQS_DEAD_LETTER_QUEUE_URL,
    region: env.AWS_REGION,
    endpoint: env.SQS_ENDPOINT,
    credentials: keys ? { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN } : undefined,
  };
}
