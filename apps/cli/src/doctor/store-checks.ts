import { randomUUID } from 'node:crypto';
import { inspectBucket, type S3, type S3Settings } from '@darkroom/adapter-s3';
import { incomingDays, type QueueFacts } from '@darkroom/adapter-sqs';
import { prefixes } from '@darkroom/domain';
import type { DoctorCheck, Problem } from './examine.ts';

export interface StoreParts {
  readonly s3: S3;
  readonly settings: S3Settings;
  readonly corsOrigins: readonly string[];
  /** Undefined where there is none. */
  readonly queue: () => Promise<QueueFacts | undefined>;
  /** `darkroom setup` with all that it has to know. */
  readonly setup: string;
}

/** The bucket: there, where it should be, open to browsers that upload and to nothing else, and telling the queue. */
export function storeChecks(parts: StoreParts): DoctorCheck[] {
  const { settings, setup } = parts;
  return [
    {
      name: 'bucket',
      run: async () => {
        const found = await inspectBucket(settings);
        if (found === undefined)
          return { what: `there is no bucket ${settings.bucket}`, fix: `${setup} --create-bucket` };
        if (found.region === undefined || found.region === settings.region) return undefined;
        const what = `the bucket is in ${found.region}, not in ${settings.region}`;
        return { what, fix: `export AWS_REGION=${found.region}` };
      },
      look: 'aws s3api head-bucket --bucket "$S3_BUCKET"',
    },
    {
      name: 'notification',
      needs: ['bucket', 'queue'],
      run: async () => {
        const found = await inspectBucket(settings);
        const queue = await parts.queue();
        if (queue !== undefined && found?.notifiedQueues.includes(queue.arn)) return undefined;
        return { what: `S3 does not tell the queue of uploads (${prefixes.incoming})`, fix: setup };
      },
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
    },
    { name: 'CORS', needs: ['bucket'], run: () => corsProblem(parts) },
    { name: 'public variants', needs: ['bucket'], run: () => visibilityProblem(parts) },
    { name: 'upload from outside', needs: ['bucket'], run: () => uploadProblem(parts) },
  ];
}

/** A pattern such as `http://localhost:*` stands for any port: any will do to try it. */
const exampleOf = (origin: string) => origin.replace(/:\*$/, ':5173');

/** As a browser asks before it uploads. */
async function corsProblem({ s3, corsOrigins, setup }: StoreParts): Promise<Problem | undefined> {
  if (corsOrigins.length === 0) {
    const what = 'CORS_ORIGINS is not set: no page may upload';
    return { what, look: 'set it to the origins of your pages, such as https://www.example.org' };
  }
  const { url } = await s3.signer.presignPost(probePolicy(probeKey(prefixes.incoming)));
  const refused = [];
  for (const origin of corsOrigins.map(exampleOf)) {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const response = await fetch(url, { method: 'OPTIONS', headers });
    await response.text();
    const allowed = response.headers.get('access-control-allow-origin');
    if (allowed !== origin && allowed !== '*') refused.push(origin);
  }
  if (refused.length === 0) return undefined;
  return { what: `the bucket lets no page of ${refused.join(', ')} upload`, fix: setup };
}

/** With no signature, variants of public categories are there, and originals are not. */
async function visibilityProblem({ s3, settings, setup }: StoreParts): Promise<Problem | undefined> {
  const read = async (prefix: string, address: (key: string) => Promise<string>) => {
    const key = probeKey(prefix);
    await s3.objects.put(key, Buffer.from('probe'), { contentType: 'text/plain' });
    try {
      const response = await fetch(await address(key), { signal: AbortSignal.timeout(10_000) });
      await response.text();
      return response.status;
    } finally {
      await s3.maintenance.remove([key]);
    }
  };
  const unsigned = async (key: string) => {
    const signed = new URL(await s3.signer.signGet(key));
    return `${signed.origin}${signed.pathname}`;
  };
  if ((await read(prefixes.originals, unsigned)) === 200) {
    const what = 'originals can be read by everybody: take away the statement that opens them';
    return { what, look: `aws s3api get-bucket-policy --bucket ${settings.bucket}` };
  }
  const status = await read(prefixes.images, (key) => s3.signer.urlOf(key));
  if (status === 200) return undefined;
  const what = `variants of public categories cannot be read: ${status}`;
  return settings.publicBaseUrl === undefined
    ? { what, fix: setup }
    : { what, look: `the CDN of ${settings.publicBaseUrl}: its origin, and what it may read there` };
}

/** What a browser does: a form by a policy, which takes that one file and no other. */
async function uploadProblem({ s3 }: StoreParts): Promise<Problem | undefined> {
  const key = probeKey(prefixes.incoming);
  const body = 'probe';
  const other = probeKey(prefixes.images);
  try {
    const { url, fields } = await s3.signer.presignPost(probePolicy(key));
    const post = async (changed: Readonly<Record<string, string>>, content: string) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
      form.append('file', new Blob([content], { type: 'image/jpeg' }));
      const response = await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(10_000) });
      await response.text();
      return response.status;
    };
    const wrong: [string, number][] = [
      ['another key', await post({ key: other }, body)],
      ['another type', await post({ 'Content-Type': 'text/html' }, body)],
      ['another size', await post({}, `${body}, and more`)],
    ];
    const taken = wrong.filter(([, status]) => status < 300).map(([what]) => what);
    if (taken.length > 0) {
      const what = `the store takes uploads with ${taken.join(', ')}: it does not hold to policies`;
      return { what, look: 'use S3, or a store that does' };
    }
    const status = await post({}, body);
    if (status === 204) return undefined;
    return {
      what: `an upload by a policy ended with ${status}`,
      look: 'S3_PUBLIC_ENDPOINT, and the rights of these keys',
    };
  } finally {
    await s3.maintenance.remove([key, other]);
  }
}

const probeKey = (prefix: string) => `${prefix}darkroom-doctor/${randomUUID()}`;
const probePolicy = (key: string) =>
  ({ key, contentType: 'image/jpeg', size: 5, sha256: null, expiresInSeconds: 60 }) as const;
