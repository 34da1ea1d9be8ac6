import { kafkaSettingsOf } from '@darkroom/adapter-kafka';
import { databaseVariables } from '@darkroom/adapter-postgres';
import { openS3, s3SettingsOf, s3Variables } from '@darkroom/adapter-s3';
import { inspectQueues, sqsSettingsOf, sqsVariables } from '@darkroom/adapter-sqs';
import { setting } from '@darkroom/runtime';
import { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';
import { accessSchema, tokensCheck } from '../doctor/access-checks.ts';
import { clocksCheck } from '../doctor/clock-check.ts';
import { databaseChecks } from '../doctor/database-checks.ts';
import { examine, type DoctorCheck, type Result } from '../doctor/examine.ts';
import { outsideChecks, publicEndpointCheck } from '../doctor/outside-checks.ts';
import { probePolicy } from '../doctor/probes.ts';
import { queueCheck, queueSettingsChecks } from '../doctor/queue-checks.ts';
import { bucketChecks, regionCheck } from '../doctor/store-checks.ts';
import { topicChecks } from '../doctor/topic-checks.ts';
import { kafkaSchema } from './topic.ts';

const schema = z.object({
  ...databaseVariables,
  ...s3Variables,
  ...sqsVariables,
  ...accessSchema.shape,
  CORS_ORIGINS: setting.list().default([]),
  EVENT_BUS: z.enum(['postgres', 'kafka']).default('postgres'),
  /** Kubernetes sets it in every pod. */
  KUBERNETES_SERVICE_HOST: z.string().optional(),
});
type Settings = z.infer<typeof schema>;

/** `darkroom doctor`: finds out by doing what is not as it must be, and says what puts it right. */
export function doctorCommand(context: CliContext): Command {
  return new Command('doctor')
    .description(
      'Check by doing: database, bucket, queue, topic, lag, clocks, tokens. Exit code 1 where something is wrong',
    )
    .option('--json', 'print the results as JSON', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const results = await withChecks(context, (checks) => examine(checks, json ? () => undefined : print));
      if (json) console.log(JSON.stringify(results, null, 2));
      const failed = results.filter(({ state }) => state === 'failed').length;
      if (!json)
        console.log(failed === 0 ? '\nAll is well.' : `\n${failed} of ${results.length} checks failed.`);
      if (failed > 0) process.exitCode = 1;
    });
}

async function withChecks<T>(
  context: CliContext,
  work: (checks: readonly DoctorCheck[]) => Promise<T>,
): Promise<T> {
  const env = context.settings(schema);
  const kafka =
    env.EVENT_BUS === 'kafka' ? kafkaSettingsOf(context.settings(kafkaSchema), 'darkroom-cli') : undefined;
  const settings = s3SettingsOf(env);
  const s3 = openS3(settings);
  const queues = () => inspectQueues(sqsSettingsOf(env), env.S3_BUCKET);
  const names = { queue: nameOf(env.SQS_QUEUE_URL), deadLetterQueue: nameOf(env.SQS_DEAD_LETTER_QUEUE_URL) };
  const setup = setupCommandFor(env, names);
  const queueParts = { queues, setup, names };
  const outsideParts = { s3, settings, corsOrigins: env.CORS_ORIGINS, setup };
  const onKubernetes = env.KUBERNETES_SERVICE_HOST !== undefined;
  const storeAddress = async () => (await s3.signer.presignPost(probePolicy('clock'))).url;
  try {
    return await withPostgres(context, (postgres) =>
      work([
        ...databaseChecks({ env, postgres, onKubernetes, onKafka: kafka !== undefined }),
        regionCheck(settings),
        queueCheck(queueParts),
        ...bucketChecks({ settings, queue: async () => (await queues()).queue, setup }),
        publicEndpointCheck(outsideParts),
        clocksCheck(postgres, storeAddress),
        ...outsideChecks(outsideParts),
        ...queueSettingsChecks(queueParts),
        ...(kafka === undefined ? [] : topicChecks(kafka, onKubernetes)),
        tokensCheck(env),
      ]),
    );
  } finally {
    s3.close();
  }
}

const nameOf = (queueUrl: string) => new URL(queueUrl).pathname.split('/').at(-1) ?? '';

/** `darkroom setup` as it would put everything right, by the same environment. */
function setupCommandFor(
  env: Settings,
  names: { readonly queue: string; readonly deadLetterQueue: string },
): string {
  const options = ['--queue', names.queue, '--dead-letter-queue', names.deadLetterQueue];
  // Where a CDN serves the variants, it reads them for everybody
  if (env.PUBLIC_BASE_URL !== undefined) options.push('--no-public-images');
  return ['darkroom', 'setup', ...options].join(' ');
}

const marks = { ok: 'ok      ', failed: 'FAILED  ', skipped: 'skipped ' } as const;

function print({ name, state, what, fix, look, decide }: Result): void {
  console.log(`${marks[state]} ${name}${what === undefined ? '' : `: ${what}`}`);
  if (fix !== undefined) console.log(`          to put it right: ${fix}`);
  if (decide !== undefined) console.log(`          only you can decide: ${decide}`);
  if (look !== undefined) console.log(`          to see the cause: ${look}`);
}
