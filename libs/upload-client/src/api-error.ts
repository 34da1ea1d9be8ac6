import type { ProblemBody } from './contract.ts';

/** The API answered, and the answer is no. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable and short, such as `not_found`; `http_<status>` where the answer carries none. */
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** What `Retry-After` asks for, where the answer has it. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, problem: Partial<ProblemBody>, retryAfterMs?: number) {
    super(problem.detail ?? problem.error ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer at all: no connection, or the server is away. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause });
    this.name = 'NetworkError';
  }
}
