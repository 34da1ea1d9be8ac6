import type { TimelineEntryBody } from '@darkroom/contracts';
import { noTimeline, withAnswer, withFailure, withStreamed } from './timeline-state.ts';

const entry = (seq: number): TimelineEntryBody => ({
  seq,
  at: `2026-11-27T10:00:0${seq}.000Z`,
  type: 'accepted',
  detail: {},
});
const [one, two, three] = [entry(1), entry(2), entry(3)];

describe('the timeline of an image', () => {
  it('has no news in what the first answer tells as well, whichever of the two was faster', () => {
    const streamed = withStreamed(withStreamed(noTimeline, one), two);
    expect(streamed).toMatchObject({ entries: [one, two], news: undefined });
    expect(withAnswer(streamed, [one, two]).news).toBeUndefined();
    expect(withStreamed(withStreamed(withAnswer(noTimeline, [one, two]), one), two).news).toBeUndefined();
  });

  it('has news in what came by the stream and not in the first answer', () => {
    const streamed = withStreamed(withStreamed(noTimeline, one), two);
    expect(withAnswer(streamed, [one])).toMatchObject({ entries: [one, two], news: 2 });
    expect(withStreamed(withAnswer(streamed, [one, two]), three)).toMatchObject({
      entries: [one, two, three],
      news: 3,
    });
  });

  it('has news in what a later answer brings', () => {
    expect(withAnswer(withAnswer(noTimeline, [one]), [one, two]).news).toBe(2);
    expect(withAnswer(withAnswer(noTimeline, [one]), [one]).news).toBeUndefined();
  });

  it('takes all that the stream has brought for news where there was no first answer', () => {
    const failed = withFailure(withStreamed(noTimeline, one));
    expect(failed).toMatchObject({ failed: true, entries: [one], news: 1 });
    expect(withStreamed(failed, two)).toMatchObject({ news: 2 });
    expect(withAnswer(failed, [one]).failed).toBe(false);
  });

  it('is in order, each entry once', () => {
    expect(withStreamed(withAnswer(noTimeline, [one, three]), two).entries).toEqual([one, two, three]);
  });
});
