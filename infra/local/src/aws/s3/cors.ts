import { z } from 'zod';
import { AwsError } from '../core/aws-error.ts';
import { headerValue, type AwsRequest } from '../core/request.ts';
import type { S3Reply } from './context.ts';
import { childrenOf, elementsOf, malformedXml, textOf, type XmlElement } from './xml.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const;
const ruleSchema = z.object({
  ID: z.string().max(255).optional(),
  AllowedMethod: z.array(z.string()).min(1),
  AllowedOrigin: z.array(z.string().min(1)).min(1),
  AllowedHeader: z.array(z.string()),
  ExposeHeader: z.array(z.string()),
  MaxAgeSeconds: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});
export type CorsRule = z.infer<typeof ruleSchema>;

/** Rules of a `<CORSConfiguration>`; throws MalformedXML or InvalidRequest with S3's words. */
export const parseCors = (document: XmlElement): CorsRule[] => {
  const strings = (rule: XmlElement, name: string) => childrenOf(rule, name).map(String);
  const rules = elementsOf(document, 'CORSRule').map((rule) =>
    ruleSchema.safeParse({
      ID: textOf(rule, 'ID'),
      AllowedMethod: strings(rule, 'AllowedMethod'),
      AllowedOrigin: strings(rule, 'AllowedOrigin'),
      AllowedHeader: strings(rule, 'AllowedHeader'),
      ExposeHeader: strings(rule, 'ExposeHeader'),
      MaxAgeSeconds: textOf(rule, 'MaxAgeSeconds'),
    }),
  );
  if (rules.length === 0 || rules.length > 100) throw malformedXml();
  return rules.map((rule) => {
    if (!rule.success) throw malformedXml();
    assertRule(rule.data);
    return rule.data;
  });
};

const assertRule = (rule: CorsRule): void => {
  const invalid = (message: string) => new AwsError('InvalidRequest', 400, message);
  for (const method of rule.AllowedMethod) {
    if (!(METHODS as readonly string[]).includes(method)) {
      throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    }
  }
  for (const origin of rule.AllowedOrigin) {
    if (origin.split('*').length > 2)
      throw invalid(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
  }
  for (const header of rule.AllowedHeader) {
    if (header.split('*').length > 2)
      throw invalid(`AllowedHeader "${header}" can not have more than one wildcard.`);
  }
  for (const header of rule.ExposeHeader) {
    if (header.includes('*'))
      throw invalid(
        `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      );
  }
};

export const corsElements = (rules: readonly CorsRule[]): XmlElement => ({ CORSRule: rules });

const matchesPattern = (pattern: string, text: string): boolean => {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
};

const findRule = (rules: readonly CorsRule[], origin: string, method: string, headers: readonly string[]) =>
  rules.find(
    (rule) =>
      rule.AllowedMethod.includes(method) &&
      rule.AllowedOrigin.some((pattern) => matchesPattern(pattern, origin)) &&
      headers.every((header) =>
        rule.AllowedHeader.some((pattern) => matchesPattern(pattern.toLowerCase(), header)),
      ),
  );

const responseHeaders = (rule: CorsRule, origin: string): Record<string, string> => {
  const any = rule.AllowedOrigin.includes('*');
  return {
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethod.join(', '),
    ...(rule.ExposeHeader.length > 0
      ? { 'access-control-expose-headers': rule.ExposeHeader.join(', ') }
      : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { 'access-control-max-age': rule.MaxAgeSeconds }),
    ...(any ? {} : { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
};

/** What a browser needs on a real answer, errors included; nothing where no rule speaks. */
export const corsHeaders = (
  rules: readonly CorsRule[] | undefined,
  request: AwsRequest,
): Record<string, string> => {
  const origin = headerValue(request, 'origin');
  const rule = origin && rules ? findRule(rules, origin, request.method, []) : undefined;
  return origin && rule ? responseHeaders(rule, origin) : {};
};

/** Answers a preflight request. */
export const preflight = (rules: readonly CorsRule[] | undefined, request: AwsRequest): S3Reply => {
  const origin = headerValue(request, 'origin');
  const method = headerValue(request, 'access-control-request-method');
  if (!origin)
    throw new AwsError('BadRequest', 400, 'Insufficient information. Origin request header needed.');
  if (!method || !(METHODS as readonly string[]).includes(method)) {
    throw new AwsError('BadRequest', 400, `Invalid Access-Control-Request-Method: ${method ?? 'null'}`);
  }
  const forbidden = (message: string) =>
    new AwsError('AccessForbidden', 403, `CORSResponse: ${message}`, {
      Method: method,
      ResourceType: 'OBJECT',
    });
  if (!rules) throw forbidden('CORS is not enabled for this bucket.');
  const wanted = (headerValue(request, 'access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = findRule(rules, origin, method, wanted);
  if (!rule) {
    throw forbidden(
      "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  return {
    status: 200,
    headers: {
      ...responseHeaders(rule, origin),
      ...(wanted.length > 0 ? { 'access-control-allow-headers': wanted.join(', ') } : {}),
    },
  };
};
