import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { errorName } from '../network-errors.ts';
import { isAppError } from '../errors.ts';
import { contextOfTraceparent, traceparentOf } from './traceparent.ts';

export interface SpanOptions {
  /** Default `internal`. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
  /**
   * The `traceparent` that the span continues; null begins a trace. Left out: it is a child of the span that is open
   * here, and where none is, there is no span, so that work in the background makes no traces of its own.
   */
  readonly parent?: string | null;
  /** `traceparent`s of what else led here, as where a batch has events of many traces. */
  readonly links?: readonly (string | null | undefined)[];
  /** When it began, where that is before now. */
  readonly startTime?: Date;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/**
 * Runs `work` inside of a span. An error ends the span as failed, with the error's kind alone: messages may name files.
 * While no OpenTelemetry SDK is running this costs next to nothing.
 */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (options.parent === undefined && !isTraced()) return work(undefined);
  const parent = parentContext(options.parent);
  const span = startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, span);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Whether a span is open here that is recorded: where it is not, nothing need be prepared for one. */
export function isTraced(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

/** A span that the caller ends; undefined where `inSpan` would make none. */
export function openSpan(name: string, options: SpanOptions): Span | undefined {
  if (options.parent === undefined && !isTraced()) return undefined;
  return startSpan(name, options, parentContext(options.parent));
}

/** Marks a span as failed, with what kind of error it was. */
export function failSpan(span: Span, error: unknown): void {
  span.setAttribute('error.type', isAppError(error) ? error.reason : errorName(error));
  if (!isAppError(error, 'aborted')) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Adds attributes to the span that is open here, if there is one. */
export function annotateSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** The `traceparent` of the span that is open here, to be kept or sent along; null where there is none. */
export function currentTraceparent(): string | null {
  const span = trace.getActiveSpan();
  return span === undefined ? null : traceparentOf(span.spanContext());
}

/**
 * How a span joins the trace that an image began: as a child of the span that is open here where that is on the same
 * trace, else as one of the image's trace, with a link to the open span.
 */
export function joiningTrace(traceparent: string | null): Pick<SpanOptions, 'parent' | 'links'> {
  const here = currentTraceparent();
  if (traceparent === null) return here === null ? { parent: null } : {};
  if (here !== null && traceIdOf(here) === traceIdOf(traceparent)) return {};
  return { parent: traceparent, links: [here] };
}

function startSpan(name: string, options: SpanOptions, parent: Context): Span {
  const { kind = 'internal', attributes = {}, links = [], startTime } = options;
  return trace.getTracer('darkroom').startSpan(
    name,
    {
      kind: kinds[kind],
      attributes,
      links: links.flatMap(toLink),
      ...(startTime === undefined ? {} : { startTime }),
    },
    parent,
  );
}

function parentContext(traceparent: string | null | undefined): Context {
  if (traceparent === undefined) return context.active();
  return traceparent === null ? ROOT_CONTEXT : contextOfTraceparent(traceparent);
}

function toLink(traceparent: string | null | undefined): Link[] {
  if (traceparent === null || traceparent === undefined) return [];
  const spanContext = trace.getSpanContext(contextOfTraceparent(traceparent));
  return spanContext === undefined ? [] : [{ context: spanContext }];
}

const traceIdOf = (traceparent: string): string | undefined => traceparent.split('-')[1];
