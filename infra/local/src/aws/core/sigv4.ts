import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, accessDenied } from './aws-error.ts';
import { headerValue, queryValue, uriEncode, type AwsRequest } from './request.ts';

/** The one key pair that the emulator knows. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SigningContext {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: 's3' | 'sqs';
  readonly now: number;
}

/** What a valid signature leaves behind: chunked bodies are signed with the same key, seeded by it. */
export interface VerifiedSignature {
  readonly signature: string;
  readonly signingKey: Buffer;
  readonly amzDate: string;
  readonly scope: string;
}

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const ALGORITHM = 'AWS4-HMAC-SHA256';
const SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

export const sha256Hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
export const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** Compares two signatures without telling by its time how much of them agreed. */
export const sameSignature = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** `date/region/service/aws4_request` of a credential, checked against what this server is. */
export const parseCredential = (credential: string, amzDate: string, context: SigningContext): string => {
  const [terminator, service, region, date, ...key] = credential.split('/').reverse();
  const accessKeyId = key.reverse().join('/');
  if (terminator !== 'aws4_request' || !/^\d{8}$/.test(date ?? '') || accessKeyId === '') {
    throw malformed(
      `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    );
  }
  if (!sameSignature(accessKeyId, context.credentials.accessKeyId)) {
    throw new AwsError(
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: accessKeyId },
    );
  }
  if (service !== context.service)
    throw malformed(`incorrect service "${service}". This endpoint belongs to "${context.service}".`);
  if (region !== context.region)
    throw malformed(`the region '${region}' is wrong; expecting '${context.region}'`, {
      Region: context.region,
    });
  if (!amzDate.startsWith(date ?? ''))
    throw malformed('the date of the Credential is not the same as X-Amz-Date.');
  return `${date}/${region}/${service}/aws4_request`;
};

export const signingKeyFor = (secret: string, scope: string): Buffer =>
  scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`) as Buffer;

/** Milliseconds of an `X-Amz-Date` such as 20261122T160000Z; NaN when it is not one. */
export const parseAmzDate = (text: string): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return parts
    ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`)
    : Number.NaN;
};

/** Verifies an `Authorization` header (SigV4, "Authenticating Requests: Using the Authorization Header"). */
export const verifyHeaderSignature = (
  request: AwsRequest,
  payloadHash: string,
  context: SigningContext,
): VerifiedSignature => {
  const authorization = headerValue(request, 'authorization') ?? '';
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new AwsError(
      'InvalidRequest',
      400,
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    );
  }
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length + 1)
      .split(',')
      .map((part) => {
        const [name = '', ...value] = part.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature)
    throw malformed('the header needs Credential, SignedHeaders and Signature.');
  const amzDate = headerValue(request, 'x-amz-date') ?? toAmzDate(headerValue(request, 'date'));
  const time = parseAmzDate(amzDate);
  if (Number.isNaN(time)) throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  const scope = parseCredential(credential, amzDate, context);
  if (Math.abs(context.now - time) > SKEW_MS) {
    throw new AwsError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
    );
  }
  return check(request, { amzDate, scope, signature, signedHeaders, payloadHash }, context);
};

/** Verifies a presigned URL ("Authenticating Requests: Using Query Parameters"). */
export const verifyQuerySignature = (request: AwsRequest, context: SigningContext): VerifiedSignature => {
  const [algorithm, credential, amzDate, expires, signedHeaders, signature] = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ].map((name) => queryValue(request, name));
  const queryError = (message: string) => new AwsError('AuthorizationQueryParametersError', 400, message);
  if (!algorithm || !credential || !amzDate || !expires || !signedHeaders || !signature) {
    throw queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (algorithm !== ALGORITHM) throw queryError(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const time = parseAmzDate(amzDate);
  const seconds = Number(expires);
  if (Number.isNaN(time))
    throw queryError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!/^\d+$/.test(expires) || seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const scope = parseCredential(credential, amzDate, context);
  if (context.now > time + seconds * 1000) throw accessDenied('Request has expired');
  if (time - context.now > SKEW_MS) throw accessDenied('Request is not valid yet');
  const payloadHash = headerValue(request, 'x-amz-content-sha256') ?? UNSIGNED_PAYLOAD;
  return check(request, { amzDate, scope, signature, signedHeaders, payloadHash }, context);
};

interface Claim {
  readonly amzDate: string;
  readonly scope: string;
  readonly signature: string;
  readonly signedHeaders: string;
  readonly payloadHash: string;
}

const check = (request: AwsRequest, claim: Claim, context: SigningContext): VerifiedSignature => {
  const names = claim.signedHeaders.split(';');
  const unsigned = [...request.headers.keys()].filter(
    (name) =>
      (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256')) &&
      !names.includes(name),
  );
  if (unsigned.length > 0) {
    throw new AwsError(
      'AccessDenied',
      403,
      'There were headers present in the request which were not signed',
      {
        HeadersNotSigned: unsigned.join(', '),
      },
    );
  }
  const canonical = canonicalRequest(request, names, claim);
  const signingKey = signingKeyFor(context.credentials.secretAccessKey, claim.scope);
  const stringToSign = [ALGORITHM, claim.amzDate, claim.scope, sha256Hex(canonical)].join('\n');
  const expected = hmac(signingKey, stringToSign).toString('hex');
  if (!sameSignature(claim.signature, expected)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { StringToSign: stringToSign, CanonicalRequest: canonical, SignatureProvided: claim.signature },
    );
  }
  return { signature: claim.signature, signingKey, amzDate: claim.amzDate, scope: claim.scope };
};

const canonicalRequest = (request: AwsRequest, names: readonly string[], claim: Claim): string => {
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = names.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    uriEncode(request.path, true),
    query,
    headers.join(''),
    claim.signedHeaders,
    claim.payloadHash,
  ].join('\n');
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const toAmzDate = (date: string | undefined): string => {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? '' : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
};

const malformed = (reason: string, details: Record<string, string> = {}): AwsError =>
  new AwsError(
    'AuthorizationHeaderMalformed',
    400,
    `The authorization header is malformed; ${reason}`,
    details,
  );
