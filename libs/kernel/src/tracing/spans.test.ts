import { currentTraceparent, inSpan, joiningTrace } from './spans.ts';
import { contextOfTraceparent, traceparentOf } from './traceparent.ts';
import { trace } from '@opentelemetry/api';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('without an SDK', () => {
  it('runs the work at once, and makes no place of its own', async () => {
    let ran = false;
    const work = inSpan('work', {}, async (span) => {
      ran = true;
      return span;
    });
    expect(ran).toBe(true);
    expect(await work).toBeUndefined();
    expect(await inSpan('work', { parent: null }, async () => currentTraceparent())).toBeNull();
  });

  it('throws what the work throws', async () => {
    const error = new Error('mine');
    await expect(inSpan('work', { parent: traceparent }, () => Promise.reject(error))).rejects.toBe(error);
  });
});

it('joins the trace of an image where nothing else is open', () => {
  expect(joiningTrace(traceparent)).toEqual({ parent: traceparent, links: [null] });
  expect(joiningTrace(null)).toEqual({ parent: null });
});

describe('traceparent', () => {
  const read = (text: string) => trace.getSpanContext(contextOfTraceparent(text));

  it('is read and written as W3C says', () => {
    expect(traceparentOf(read(traceparent)!)).toBe(traceparent);
    expect(traceparentOf(read(traceparent.replace(/01$/, '00'))!)).toBe(traceparent.replace(/01$/, '00'));
  });

  it.each([
    '',
    'nonsense',
    traceparent.toUpperCase(),
    traceparent.replace(/^00/, '01'),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ])('is of no trace where it is not valid: %p', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
