/** Codes of Node's own errors that mean: the other side could not be reached, or went away. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

interface ErrorLike {
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Whether `error`, or what caused it, is a failure of the network rather than an answer. Looks at codes alone. */
export function isNetworkError(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, cause, errors } = error as ErrorLike;
  if (typeof code === 'string' && networkCodes.has(code)) return true;
  const inner = Array.isArray(errors) ? errors : [];
  return [cause, ...inner].some((next) => isNetworkError(next, depth + 1));
}

/** The name that an error goes by, also where it comes from another realm. */
export function errorName(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return 'unknown';
  return String(error.name);
}
