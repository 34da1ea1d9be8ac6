export { AppError, isAppError, type AppErrorCode, type AppErrorOptions, type Problem } from './errors.ts';
export { assertNever } from './assert-never.ts';
export { systemClock, type Clock } from './clock.ts';
export { isId, newId } from './ids.ts';
export { backoffMs, type Backoff } from './backoff.ts';
export { within } from './within.ts';
export { errorName, isNetworkError } from './network-errors.ts';
export {
  annotateSpan,
  currentTraceparent,
  failSpan,
  inSpan,
  isTraced,
  joiningTrace,
  openSpan,
  type SpanOptions,
} from './tracing/spans.ts';
export { contextOfTraceparent, traceparentOf } from './tracing/traceparent.ts';
export { spanAttributes, type SpanAttribute } from './tracing/attributes.ts';
