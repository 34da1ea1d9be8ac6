import { z } from 'zod';
import { AwsError } from './aws-error.ts';

/** Resource policies of buckets and queues: the part of IAM's language that such policies here need. */
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionValue = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.string())])
  .transform((value) => [value].flat().map(String));
const OPERATORS = ['StringEquals', 'StringNotEquals', 'StringLike', 'ArnEquals', 'ArnLike', 'Bool'] as const;

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.enum(['AWS', 'Service']), oneOrMore.optional())]),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), conditionValue)).default({}),
});
const policySchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema).min(1)]).transform((value) => [value].flat()),
});
export type AccessPolicy = z.infer<typeof policySchema>;
type Statement = AccessPolicy['Statement'][number];

export interface AccessRequest {
  /** `anonymous`, the account's own key (`owner`), or a service such as `s3.amazonaws.com`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, e.g. `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

/** Parses a policy document; throws `MalformedPolicy` with what is wrong. */
export const parsePolicy = (text: string): AccessPolicy => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success)
    throw malformed(`Policy has an invalid ${parsed.error.issues[0]?.path.join('.') || 'document'}`);
  for (const operator of parsed.data.Statement.flatMap((statement) => Object.keys(statement.Condition))) {
    if (!isOperator(baseOperator(operator))) throw malformed(`Invalid Condition type : ${operator}`);
  }
  return parsed.data;
};

/** IAM's verdict: an explicit Deny beats every Allow; `none` where no statement speaks. */
export const evaluatePolicy = (policy: AccessPolicy, request: AccessRequest): 'allow' | 'deny' | 'none' => {
  const effects = policy.Statement.filter((statement) => applies(statement, request)).map(
    (statement) => statement.Effect,
  );
  if (effects.includes('Deny')) return 'deny';
  return effects.includes('Allow') ? 'allow' : 'none';
};

/** True when a policy lets in everyone without a condition: what "block public policy" refuses. */
export const isPublicPolicy = (policy: AccessPolicy): boolean =>
  policy.Statement.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      namesEveryone(statement.Principal) &&
      Object.keys(statement.Condition).length === 0,
  );

const namesEveryone = (principal: Statement['Principal']): boolean =>
  principal === '*' || (principal.AWS ?? []).includes('*');

const applies = (statement: Statement, request: AccessRequest): boolean =>
  matchesPrincipal(statement.Principal, request.principal) &&
  statement.Action.some((pattern) => wildcard(pattern.toLowerCase(), request.action.toLowerCase())) &&
  statement.Resource.some((pattern) => wildcard(pattern, request.resource)) &&
  Object.entries(statement.Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, values]) =>
      holds(operator, values, request.context[key.toLowerCase()]),
    ),
  );

const matchesPrincipal = (principal: Statement['Principal'], who: string): boolean => {
  if (namesEveryone(principal)) return true;
  if (principal === '*') return true;
  if (who === 'owner') return (principal.AWS ?? []).length > 0;
  return (principal.Service ?? []).includes(who);
};

const baseOperator = (operator: string): string =>
  operator.replace(/^For(All|Any)Values?:/, '').replace(/IfExists$/, '');
const isOperator = (name: string): name is (typeof OPERATORS)[number] =>
  (OPERATORS as readonly string[]).includes(name);

const holds = (operator: string, values: readonly string[], actual: string | undefined): boolean => {
  const base = baseOperator(operator);
  if (actual === undefined) return operator.endsWith('IfExists') || base === 'StringNotEquals';
  if (base === 'StringNotEquals') return !values.includes(actual);
  if (base === 'StringEquals') return values.includes(actual);
  if (base === 'Bool') return values.some((value) => value.toLowerCase() === actual);
  return values.some((value) => wildcard(value, actual));
};

const wildcard = (pattern: string, text: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
};

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', 400, message);
