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
]);

/** Whether `error`, or what caused it, is a failure of the network rather than an answer. */
export function isNetworkError(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && networkCodes.has(at.code)) return true;
    if (at instanceof AggregateError && at.errors.some((inner) => isNetworkError(inner))) return true;
  }
  return false;
}
