import { inspectBucket, type S3Settings } from '@darkroom/adapter-s3';
import { incomingDays, type QueueFacts } from '@darkroom/adapter-sqs';
import { prefixes } from '@darkroom/domain';
import type { DoctorCheck } from './examine.ts';

export interface BucketParts {
  readonly settings: S3Settings;
  /** Undefined where there is none. */
  readonly queue: () => Promise<QueueFacts | undefined>;
  /** `darkroom setup` with all that it has to know. */
  readonly setup: string;
}

export const storeAway = {
  look: 'aws s3api head-bucket --bucket "$S3_BUCKET" ${S3_ENDPOINT:+--endpoint-url "$S3_ENDPOINT"}',
  decide:
    'whether S3_BUCKET and S3_ENDPOINT are right, and what these keys may do with the bucket (docs/aws.md)',
} as const;

/** Whether the region is right, without which nothing of AWS can be asked. */
export function regionCheck(settings: S3Settings): DoctorCheck {
  return {
    name: 'region',
    run: async () => {
      const found = await inspectBucket(settings).catch(() => undefined); // for the check of the bucket to say
      if (found?.region === undefined || found.region === settings.region) return undefined;
      const what = `the bucket ${settings.bucket} is in ${found.region}, not in ${settings.region}`;
      return { what, fix: `export AWS_REGION=${found.region}` };
    },
    otherwise: storeAway,
  };
}

/** The bucket: there, telling the queue, and letting go of what nobody took. */
export function bucketChecks({ settings, queue, setup }: BucketParts): DoctorCheck[] {
  return [
    {
      name: 'bucket',
      needs: ['region'],
      run: async () => {
        if ((await inspectBucket(settings)) !== undefined) return undefined;
        return { what: `there is no bucket ${settings.bucket}`, fix: `${setup} --create-bucket` };
      },
      otherwise: storeAway,
    },
    {
      name: 'notification',
      needs: ['bucket', 'queue'],
      run: async () => {
        const found = await inspectBucket(settings);
        const told = await queue();
        if (told !== undefined && found?.notifiedQueues.includes(told.arn)) return undefined;
        return { what: `S3 does not tell the queue of uploads (${prefixes.incoming})`, fix: setup };
      },
      otherwise: storeAway,
    },
    {
      name: 'lifecycle',
      needs: ['bucket'],
      run: async () => {
        const days = (await inspectBucket(settings))?.incomingDays;
        if (days !== undefined && days >= incomingDays) return undefined;
        const found = days === undefined ? 'never' : `after ${days} days, while notifications can be older,`;
        return { what: `uploads that nobody took (${prefixes.incoming}) go ${found}`, fix: setup };
      },
      otherwise: storeAway,
    },
  ];
}
