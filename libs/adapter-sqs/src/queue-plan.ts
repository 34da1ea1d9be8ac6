/** What Darkroom wants of its two queues, in the words of the SQS API. */
export interface QueuePlan {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly queueAttributes: Readonly<Record<string, string>>;
  readonly deadLetterQueueAttributes: Readonly<Record<string, string>>;
}

const day = 86_400;
/** Seconds that a notification is kept in the queue, and then in the dead-letter queue (the longest SQS allows). */
const retention = { queue: 4 * day, deadLetterQueue: 14 * day };

/** Days that uploads must stay in `incoming/`, so that no notification outlives its object. */
export const incomingDays = (retention.queue + retention.deadLetterQueue) / day + 3;

/** After so many receives SQS itself moves a message to the dead-letter queue. */
const maxReceiveCount = 20;

export interface QueuePlanOptions {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly bucket: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
}

/** Only S3, for this bucket of this account, may send to the queue; only this queue may use the dead-letter queue. */
export function planQueues(options: QueuePlanOptions): QueuePlan {
  const { queueName, deadLetterQueueName, bucket, queueArn, deadLetterQueueArn } = options;
  const account = queueArn.split(':')[4] ?? '';
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'darkroomNotifications',
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: {
          ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` },
          StringEquals: { 'aws:SourceAccount': account },
        },
      },
    ],
  };
  return {
    queueName,
    deadLetterQueueName,
    queueAttributes: {
      VisibilityTimeout: '60',
      MessageRetentionPeriod: String(retention.queue),
      ReceiveMessageWaitTimeSeconds: '20',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount }),
      Policy: JSON.stringify(policy),
    },
    deadLetterQueueAttributes: {
      MessageRetentionPeriod: String(retention.deadLetterQueue),
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [queueArn] }),
    },
  };
}
