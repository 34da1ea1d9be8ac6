import type { QueuesFacts } from '@darkroom/adapter-sqs';
import type { DoctorCheck } from './examine.ts';

export interface QueueParts {
  readonly queues: () => Promise<QueuesFacts>;
  /** `darkroom setup` with all that it has to know. */
  readonly setup: string;
  readonly names: { readonly queue: string; readonly deadLetterQueue: string };
}

const queueAway = {
  look: 'aws sqs get-queue-attributes --queue-url "$SQS_QUEUE_URL" --attribute-names All ${SQS_ENDPOINT:+--endpoint-url "$SQS_ENDPOINT"}',
  decide: 'whether SQS_QUEUE_URL is right, and what these keys may do with the queue (docs/aws.md)',
} as const;

/** Whether the queue is there, which the bucket's own checks need to know. */
export function queueCheck({ queues, setup, names }: QueueParts): DoctorCheck {
  return {
    name: 'queue',
    needs: ['region'],
    run: async () => {
      const { queue } = await queues();
      return queue === undefined ? { what: `there is no queue ${names.queue}`, fix: setup } : undefined;
    },
    otherwise: queueAway,
  };
}

/** Whether it is open to the bucket, and has somewhere to put what nobody can take. */
export function queueSettingsChecks({ queues, setup, names }: QueueParts): DoctorCheck[] {
  return [
    {
      name: 'queue policy',
      needs: ['queue', 'bucket'],
      run: async () => {
        const { queue } = await queues();
        return queue?.opensToBucket
          ? undefined
          : { what: 'the queue does not let the bucket send', fix: setup };
      },
      otherwise: queueAway,
    },
    {
      name: 'dead-letter queue',
      needs: ['queue'],
      run: async () => {
        const { queue, deadLetterQueue } = await queues();
        if (deadLetterQueue === undefined)
          return { what: `there is no queue ${names.deadLetterQueue}`, fix: setup };
        if (queue?.deadLetterArn === deadLetterQueue.arn) return undefined;
        return { what: 'what the relay cannot take goes to no dead-letter queue, or to another', fix: setup };
      },
      otherwise: queueAway,
    },
  ];
}
