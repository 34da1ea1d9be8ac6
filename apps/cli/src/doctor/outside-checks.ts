import { inspectBucket, type S3, type S3Settings } from '@darkroom/adapter-s3';
import { prefixes } from '@darkroom/domain';
import { reasonOf, type DoctorCheck, type Problem } from './examine.ts';
import { probeKey, probePolicy, tryForms, withInside } from './probes.ts';
import { storeAway } from './store-checks.ts';

export interface OutsideParts {
  readonly s3: S3;
  readonly settings: S3Settings;
  readonly corsOrigins: readonly string[];
  /** `darkroom setup` with all that it has to know. */
  readonly setup: string;
}

const patienceMs = 10_000;
const throughInside = 'unset S3_PUBLIC_ENDPOINT';
const endpointAway = {
  look: 'curl -sSI "${S3_PUBLIC_ENDPOINT:-${S3_ENDPOINT:-https://s3.$AWS_REGION.amazonaws.com}}"',
  decide: 'the address by which browsers reach the store, for S3_PUBLIC_ENDPOINT',
} as const;
const cdnAway = {
  look: 'curl -sSI "$PUBLIC_BASE_URL"',
  decide: 'what the CDN of PUBLIC_BASE_URL has as its origin, and what it may read there (docs/aws.md)',
} as const;

/** The address to which browsers are sent; what else is asked from outside needs it. */
export function publicEndpointCheck({ s3, settings }: Pick<OutsideParts, 's3' | 'settings'>): DoctorCheck {
  return {
    name: 'public endpoint',
    needs: ['bucket'],
    run: async () => {
      try {
        await reach(s3);
        return undefined;
      } catch (error) {
        if (settings.publicEndpoint === undefined) throw error;
        const inside = await withInside(settings, reach).catch(() => undefined);
        if (inside === undefined) throw error;
        const what = `S3_PUBLIC_ENDPOINT ${settings.publicEndpoint} cannot be reached from here (${reasonOf(error)}), and ${inside} can`;
        return { what, fix: throughInside };
      }
    },
    otherwise: endpointAway,
  };
}

/** Open to browsers that upload, and to nothing else. */
export function outsideChecks(parts: OutsideParts): DoctorCheck[] {
  const needs = ['public endpoint'];
  return [
    { name: 'CORS', needs, run: () => corsProblem(parts), otherwise: endpointAway },
    {
      name: 'public variants',
      needs,
      run: () => visibilityProblem(parts),
      otherwise: parts.settings.publicBaseUrl === undefined ? storeAway : cdnAway,
    },
    {
      name: 'upload from outside',
      needs: [...needs, 'clocks'], // a form that has expired by the store's clock is refused
      run: () => uploadProblem(parts),
      otherwise: endpointAway,
    },
  ];
}

/** Answers the origin that answered. */
async function reach(s3: S3): Promise<string> {
  const { url } = await s3.signer.presignPost(probePolicy(probeKey(prefixes.incoming)));
  await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(patienceMs) });
  return new URL(url).origin;
}

/** A pattern such as `http://localhost:*` stands for any port: any will do to try it. */
const exampleOf = (origin: string) => origin.replace(/:\*$/, ':5173');

/** As a browser asks before it uploads. */
async function corsProblem({ s3, settings, corsOrigins, setup }: OutsideParts): Promise<Problem | undefined> {
  if (corsOrigins.length === 0) return unsetOrigins((await inspectBucket(settings))?.corsOrigins ?? []);
  const { url } = await s3.signer.presignPost(probePolicy(probeKey(prefixes.incoming)));
  const refused = [];
  for (const origin of corsOrigins.map(exampleOf)) {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(url, { method: 'OPTIONS', headers, signal });
    await response.text();
    const allowed = response.headers.get('access-control-allow-origin');
    if (allowed !== origin && allowed !== '*') refused.push(origin);
  }
  if (refused.length === 0) return undefined;
  return { what: `the bucket lets no page of ${refused.join(', ')} upload`, fix: setup };
}

function unsetOrigins(ofTheBucket: readonly string[]): Problem {
  const what = 'CORS_ORIGINS is not set: no page of another origin may call the API';
  const known = ofTheBucket.filter((origin) => /^https?:\/\/[\w.:*-]+$/.test(origin));
  if (known.length > 0)
    return { what: `${what}; the bucket lets some upload`, fix: `export CORS_ORIGINS='${known.join(',')}'` };
  return {
    what,
    look: 'aws s3api get-bucket-cors --bucket "$S3_BUCKET" ${S3_ENDPOINT:+--endpoint-url "$S3_ENDPOINT"}',
    decide: 'the origins of your pages, such as https://www.example.org, for CORS_ORIGINS',
  };
}

/** With no signature, variants of public categories are there, and originals are not. */
async function visibilityProblem({ s3, settings, setup }: OutsideParts): Promise<Problem | undefined> {
  const read = async (prefix: string, address: (key: string) => Promise<string>) => {
    const key = probeKey(prefix);
    await s3.objects.put(key, Buffer.from('probe'), { contentType: 'text/plain' });
    try {
      const response = await fetch(await address(key), { signal: AbortSignal.timeout(patienceMs) });
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
  if ((await read(prefixes.originals, unsigned)) === 200)
    return { what: 'originals can be read by everybody', fix: `${setup} --close-originals` };
  const status = await read(prefixes.images, (key) => s3.signer.urlOf(key));
  if (status === 200) return undefined;
  const what = `variants of public categories cannot be read: ${status}`;
  return settings.publicBaseUrl === undefined ? { what, fix: setup } : { what, ...cdnAway };
}

/** What a browser does: a form by a policy, which takes that one file and no other. */
async function uploadProblem({ s3, settings }: OutsideParts): Promise<Problem | undefined> {
  const { taken, status } = await tryForms(s3);
  if (taken.length === 0 && status === 204) return undefined;
  const what =
    taken.length > 0
      ? `the store takes uploads with ${taken.join(', ')}: it does not hold to policies`
      : `an upload by a policy ended with ${status}`;
  if (settings.publicEndpoint !== undefined) {
    const inside = await withInside(settings, tryForms).catch(() => undefined);
    if (inside?.status === 204 && inside.taken.length === 0)
      return { what: `${what}, at S3_PUBLIC_ENDPOINT and not from inside`, fix: throughInside };
  }
  return taken.length > 0
    ? { what, look: endpointAway.look, decide: 'for S3, or for a store that holds to the policies of forms' }
    : {
        what,
        look: `aws s3api put-object --bucket "$S3_BUCKET" --key ${prefixes.incoming}darkroom-doctor/by-hand \${S3_ENDPOINT:+--endpoint-url "$S3_ENDPOINT"}`,
        decide: 'what these keys may do: s3:PutObject is needed (docs/aws.md)',
      };
}
