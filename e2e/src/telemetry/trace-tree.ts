import type { ReceivedSpan } from '@darkroom/testing';

export const roots = (trace: readonly ReceivedSpan[]) =>
  trace.filter(({ parentSpanId }) => parentSpanId === '');

/** Spans whose parent nobody told of. */
export function orphans(trace: readonly ReceivedSpan[], ...known: string[]): string[] {
  const ids = new Set([...known, '', ...trace.map(({ spanId }) => spanId)]);
  return trace.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(({ name }) => name);
}

/** Names of the spans that lead to this one, nearest first. */
export function ancestors(trace: readonly ReceivedSpan[], span: ReceivedSpan): string[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? [] : [parent.name, ...ancestors(trace, parent)];
}

/** What became of each attempt of the variant worker. */
export function outcomes(trace: readonly ReceivedSpan[]): string[] {
  return trace
    .filter(({ attributes }) => attributes['messaging.consumer.group.name'] === 'variant-worker')
    .map(
      ({ attributes }) =>
        `${attributes['darkroom.delivery.attempt']} ${attributes['darkroom.delivery.outcome']}`,
    );
}

export const timelineOf = ({ attributes }: ReceivedSpan): string =>
  JSON.stringify(attributes['darkroom.timeline.types'] ?? '');
