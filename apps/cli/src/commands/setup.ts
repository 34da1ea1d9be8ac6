import { ensureBucket, planBucket, setUpBucket, type BucketPlan } from '@darkroom/adapter-s3';
import { incomingDays, planQueues, setUpQueues, type QueuePlan } from '@darkroom/adapter-sqs';
import { Command, Option } from 'commander';

interface SetupOptions {
  readonly bucket: string;
  readonly region: string;
  readonly s3Endpoint?: string;
  readonly sqsEndpoint?: string;
  readonly queue: string;
  readonly deadLetterQueue: string;
  readonly corsOrigins: readonly string[];
  readonly publicImages: boolean;
  readonly createBucket: boolean;
  readonly closeOriginals: boolean;
  readonly account: string;
  readonly print: boolean;
  readonly json: boolean;
}

/** `darkroom setup`: puts bucket and queues in the state that Darkroom needs. May be repeated at any time. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('Prepare the S3 bucket and the SQS queues: CORS, notification, lifecycle, policies')
    .addOption(new Option('--bucket <name>', 'the bucket').env('S3_BUCKET').makeOptionMandatory())
    .addOption(new Option('--region <name>', 'its region').env('AWS_REGION').default('us-east-1'))
    .addOption(new Option('--s3-endpoint <url>', 'another store than AWS').env('S3_ENDPOINT'))
    .addOption(new Option('--sqs-endpoint <url>', 'another queue service than AWS').env('SQS_ENDPOINT'))
    .addOption(new Option('--queue <name>').env('SQS_QUEUE_NAME').default('darkroom-uploads'))
    .addOption(
      new Option('--dead-letter-queue <name>')
        .env('SQS_DEAD_LETTER_QUEUE_NAME')
        .default('darkroom-uploads-dead'),
    )
    .addOption(
      new Option('--cors-origins <origins>', 'where pages that upload come from, comma-separated')
        .env('CORS_ORIGINS')
        .default([])
        .argParser(originList),
    )
    .option('--no-public-images', 'a CDN reads the variants: keep the bucket closed')
    .option('--create-bucket', 'create the bucket where it is missing', false)
    .option(
      '--close-originals',
      'take away statements of the bucket policy that open originals to all',
      false,
    )
    .option('--account <id>', 'AWS account, for --print', '123456789012')
    .option('--print', 'only print the JSON, for putting it in place by hand', false)
    .option('--json', 'print what was made as JSON', false)
    .action(async (options: SetupOptions) => {
      if (options.print) console.log(JSON.stringify(setupDocuments(options), null, 2));
      else await run(options);
    });
}

function originList(text: string): string[] {
  return text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
}

async function run(options: SetupOptions): Promise<void> {
  const { bucket, region, queue: queueName, deadLetterQueue: deadLetterQueueName } = options;
  const store = { bucket, region, endpoint: options.s3Endpoint };
  const bucketCreated = await ensureBucket(store, options.createBucket);
  const queues = await setUpQueues(
    { region, endpoint: options.sqsEndpoint },
    { queueName, deadLetterQueueName, bucket },
  );
  await setUpBucket(store, bucketPlan(options, queues.queueArn));
  if (options.json) {
    console.log(JSON.stringify({ bucket, region, bucketCreated, ...queues }));
    return;
  }
  console.log(
    [
      `Bucket ${bucket}${bucketCreated ? ' (created)' : ''}: CORS, lifecycle, policy and notification are in place.`,
      'For the environment of upload-api and cleanup-cron:',
      `  SQS_QUEUE_URL=${queues.queueUrl}`,
      `  SQS_DEAD_LETTER_QUEUE_URL=${queues.deadLetterQueueUrl}`,
    ].join('\n'),
  );
}

function bucketPlan(options: SetupOptions, queueArn: string): BucketPlan {
  const { bucket, corsOrigins, publicImages, closeOriginals, s3Endpoint } = options;
  return planBucket({
    bucket,
    corsOrigins,
    queueArn,
    publicImages,
    closeOriginals,
    onAws: s3Endpoint === undefined,
    incomingDays,
  });
}

/** Each document as the AWS CLI takes it; docs/aws.md shows them. */
function setupDocuments(options: SetupOptions) {
  const arn = (name: string) => `arn:aws:sqs:${options.region}:${options.account}:${name}`;
  const queueArn = arn(options.queue);
  const plan = bucketPlan(options, queueArn);
  const queues: QueuePlan = planQueues({
    queueName: options.queue,
    deadLetterQueueName: options.deadLetterQueue,
    bucket: options.bucket,
    queueArn,
    deadLetterQueueArn: arn(options.deadLetterQueue),
  });
  return {
    'bucket-cors': { CORSRules: plan.cors },
    'bucket-lifecycle-configuration': { Rules: plan.lifecycle },
    'bucket-notification-configuration': { QueueConfigurations: [plan.notification] },
    'bucket-policy': { Version: '2012-10-17', Statement: plan.policy },
    'public-access-block': plan.publicAccessBlock,
    'queue-attributes': queues.queueAttributes,
    'dead-letter-queue-attributes': queues.deadLetterQueueAttributes,
  };
}
