import { z } from 'zod';
import { AwsError, accessDenied } from '../core/aws-error.ts';
import {
  hmac,
  parseAmzDate,
  parseCredential,
  sameSignature,
  signingKeyFor,
  type SigningContext,
} from '../core/sigv4.ts';

/** The fields of a browser's form before its file, by lower-cased name, `${filename}` already filled in. */
export type FormFields = ReadonlyMap<string, string>;

const scalar = z.union([z.string(), z.number()]).transform(String);
const condition = z.union([
  z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
  z.tuple([z.string(), z.string(), scalar]),
  z.record(z.string(), scalar),
]);
const policySchema = z.object({ expiration: z.string(), conditions: z.array(condition) });
type Policy = z.infer<typeof policySchema>;

export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

/** Fields that need no condition (S3 docs, "POST policy": conditions). */
const EXEMPT = new Set(['policy', 'x-amz-signature', 'file']);
const NO_LIMIT: LengthRange = { min: 0, max: 5 * 1024 ** 3 };

/**
 * Checks a browser upload's signature and holds every field against its policy.
 * @returns the sizes that the policy allows, which are checked while the file streams
 * @throws AwsError with S3's own codes
 */
export const verifyPostPolicy = (
  fields: FormFields,
  bucket: string,
  context: SigningContext,
): LengthRange => {
  const encoded = fields.get('policy');
  if (encoded === undefined) throw accessDenied();
  verifySignature(fields, encoded, context);
  const policy = parsePolicy(encoded);
  const expires = Date.parse(policy.expiration);
  if (Number.isNaN(expires)) throw invalidPolicy(`Invalid 'expiration' value: '${policy.expiration}'`);
  if (context.now >= expires) throw accessDenied('Invalid according to Policy: Policy expired.');
  return enforce(policy, fields, bucket);
};

const verifySignature = (fields: FormFields, encoded: string, context: SigningContext): void => {
  if (fields.has('awsaccesskeyid') || fields.has('signature')) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  const [algorithm, credential, date, signature] = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Signature',
  ].map((name) => {
    const value = fields.get(name.toLowerCase());
    if (value === undefined) throw missingField(name);
    return value;
  }) as [string, string, string, string];
  if (algorithm !== 'AWS4-HMAC-SHA256') throw invalidField('X-Amz-Algorithm', algorithm);
  if (Number.isNaN(parseAmzDate(date))) throw invalidField('X-Amz-Date', date);
  const scope = parseCredential(credential, date, context);
  const expected = hmac(signingKeyFor(context.credentials.secretAccessKey, scope), encoded).toString('hex');
  if (!sameSignature(signature, expected)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { StringToSign: encoded, SignatureProvided: signature },
    );
  }
};

const parsePolicy = (encoded: string): Policy => {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  } catch {
    throw invalidPolicy('Invalid JSON.');
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success)
    throw invalidPolicy(`Invalid ${parsed.error.issues[0]?.path.join('.') || 'document'}.`);
  return parsed.data;
};

const enforce = (policy: Policy, fields: FormFields, bucket: string): LengthRange => {
  const covered = new Set<string>();
  let range = NO_LIMIT;
  for (const one of policy.conditions) {
    if (Array.isArray(one) && one[0] === 'content-length-range') {
      const [, min, max] = one as ['content-length-range', number, number];
      range = { min: Math.max(range.min, min), max: Math.min(range.max, max) };
      continue;
    }
    for (const { operator, name, value } of simpleConditions(
      one as Exclude<typeof one, [string, number, number]>,
    )) {
      covered.add(name);
      const actual = name === 'bucket' ? bucket : fields.get(name);
      if (actual === undefined || !matches(operator, name, value, actual)) {
        throw accessDenied(
          `Invalid according to Policy: Policy Condition failed: ["${operator}", "$${name}", "${value}"]`,
        );
      }
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !covered.has(name) && !EXEMPT.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0)
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  return range;
};

interface Condition {
  readonly operator: 'eq' | 'starts-with';
  readonly name: string;
  readonly value: string;
}

const simpleConditions = (condition: readonly (string | number)[] | Record<string, string>): Condition[] => {
  if (!Array.isArray(condition)) {
    return Object.entries(condition as Record<string, string>).map(([name, value]) => ({
      operator: 'eq',
      name: name.toLowerCase(),
      value,
    }));
  }
  const [operator, name, value] = condition.map(String) as [string, string, string];
  const lowered = operator.toLowerCase();
  if ((lowered !== 'eq' && lowered !== 'starts-with') || !name.startsWith('$')) {
    throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`);
  }
  return [{ operator: lowered, name: name.slice(1).toLowerCase(), value }];
};

/** A Content-Type that lists several types must match with each of them. */
const matches = (operator: Condition['operator'], name: string, value: string, actual: string): boolean => {
  if (operator === 'eq') return actual === value;
  if (name === 'content-type') return actual.split(',').every((one) => one.trimStart().startsWith(value));
  return actual.startsWith(value);
};

const invalidPolicy = (reason: string): AwsError =>
  new AwsError('InvalidPolicyDocument', 400, `Invalid Policy: ${reason}`);

const invalidField = (name: string, value: string): AwsError =>
  new AwsError('InvalidArgument', 400, `${name} is not valid.`, { ArgumentName: name, ArgumentValue: value });

export const missingField = (name: string): AwsError =>
  new AwsError(
    'InvalidArgument',
    400,
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    { ArgumentName: name, ArgumentValue: '' },
  );
