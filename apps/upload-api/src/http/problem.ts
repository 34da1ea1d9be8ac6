import { STATUS_CODES } from 'node:http';
import type { ProblemBody } from '@darkroom/contracts';
import { AppError, type AppErrorCode, type Problem } from '@darkroom/kernel';
import type { ZodError } from 'zod';

/** The one place where an error gets its HTTP status. */
const statusOf: Readonly<Record<AppErrorCode, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  unprocessable: 422,
  too_large: 413,
  unavailable: 503,
  aborted: 503,
  internal: 500,
};
const retryAfterSeconds = 2;

/** The URI that names the kind of a problem (RFC 9457, 3.1.1). */
export const problemType = (code: string): string => `urn:darkroom:problem:${code}`;

/** A fault of the HTTP request itself, before anything was asked of the domain. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

/**
 * Any error as RFC 9457 problem details. What went wrong on our side is told by its kind alone. `forUploads` adds what
 * existing clients read of the two upload calls: `success: false` and a sentence in `error`.
 */
export function problemOf(error: unknown, forUploads: boolean): ProblemAnswer {
  const { status, code, detail, headers, problems } = describe(error);
  const body: ProblemBody = {
    type: problemType(code),
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(problems.length === 0 ? {} : { errors: problems.map(({ path, message }) => ({ path, message })) }),
    ...(forUploads ? { success: false as const, error: sentence(detail, problems) } : {}),
  };
  return { status, headers, body };
}

interface Described {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

function describe(error: unknown): Described {
  if (error instanceof AppError) return describeAppError(error);
  const fault = error instanceof HttpFault ? error : bodyFault(error);
  if (fault !== undefined) {
    return {
      status: fault.status,
      code: fault.code,
      detail: fault.message,
      headers: fault.headers,
      problems: [],
    };
  }
  return { status: 500, code: 'internal', detail: unknownFault, headers: {}, problems: [] };
}

const unknownFault = 'Something went wrong on our side. It has been logged.';

function describeAppError(error: AppError): Described {
  const { reason: code, problems } = error;
  const status = statusOf[error.code];
  if (status === 500) return { status, code: 'internal', detail: unknownFault, headers: {}, problems: [] };
  if (status === 503) {
    const detail = 'This cannot be done just now. Please try again in a moment.';
    return { status, code, detail, headers: { 'Retry-After': String(retryAfterSeconds) }, problems: [] };
  }
  const headers =
    status === 401 ? { 'WWW-Authenticate': 'Bearer realm="darkroom", error="invalid_token"' } : {};
  return { status, code, detail: error.message, headers, problems };
}

/** Clients show this to a person, so it says which field is wrong. */
function sentence(detail: string, [first]: readonly Problem[]): string {
  if (first === undefined || detail.includes(first.message)) return detail;
  return `${detail} ${first.path === '' ? '' : `${first.path}: `}${first.message}.`;
}

/** Errors of Express and of its body parser carry a `type` and a status of their own (http-errors). */
function bodyFault(error: unknown): HttpFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === 'entity.parse.failed') {
    return new HttpFault(
      400,
      'malformed_json',
      `The body is not valid JSON: ${error.message}. Send one JSON object.`,
    );
  }
  if (type === 'entity.too.large') {
    const { limit } = error as { limit?: unknown };
    return new HttpFault(413, 'too_large', `The body is larger than ${String(limit)} bytes.`);
  }
  if (type === 'charset.unsupported') {
    return new HttpFault(415, 'unsupported_charset', 'Send the JSON body in UTF-8.');
  }
  if (type === 'encoding.unsupported') {
    return new HttpFault(
      415,
      'unsupported_encoding',
      'Send the body as it is, or compressed with gzip, deflate or br.',
    );
  }
  if (error instanceof URIError) {
    return new HttpFault(400, 'malformed_path', 'The path is not correctly percent-encoded.');
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpFault(status, 'bad_request', `The request could not be read: ${error.message}.`);
  }
  return undefined;
}

/** What is wrong with a body or a query, field by field, as `invalid`. */
export function invalidInput(what: 'body' | 'query', error: ZodError): AppError {
  const problems = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const [first] = problems;
  const where = first === undefined || first.path === '' ? `the ${what}` : first.path;
  const others = new Set(problems.slice(1).map(({ path }) => path)).size;
  const more = others === 0 ? '' : ` (${others} more ${others === 1 ? 'field is' : 'fields are'} wrong, too)`;
  return new AppError(
    'invalid',
    `Please correct ${where}: ${first?.message ?? 'it is not as expected'}${more}.`,
    {
      reason: `invalid_${what}`,
      problems,
      cause: error,
    },
  );
}
