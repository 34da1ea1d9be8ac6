import { randomUUID } from 'node:crypto';
import { openS3, type S3, type S3Settings } from '@darkroom/adapter-s3';
import { prefixes } from '@darkroom/domain';

export const probeKey = (prefix: string) => `${prefix}darkroom-doctor/${randomUUID()}`;
export const probePolicy = (key: string) =>
  ({ key, contentType: 'image/jpeg', size: 5, sha256: null, expiresInSeconds: 60 }) as const;

/** The store as the programs themselves reach it, without a public endpoint. */
export async function withInside<T>(settings: S3Settings, work: (s3: S3) => Promise<T>): Promise<T> {
  const s3 = openS3({ ...settings, publicEndpoint: undefined });
  try {
    return await work(s3);
  } finally {
    s3.close();
  }
}

export interface Forms {
  /** What was wrong with those that were taken all the same. */
  readonly taken: readonly string[];
  /** Of the right one. */
  readonly status: number;
}

/** Posts forms that differ from their policy, then one that does not, and removes what they left. */
export async function tryForms(s3: S3): Promise<Forms> {
  const key = probeKey(prefixes.incoming);
  const other = probeKey(prefixes.images);
  const body = 'probe';
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
    return { taken, status: await post({}, body) };
  } finally {
    await s3.maintenance.remove([key, other]);
  }
}
