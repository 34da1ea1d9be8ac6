import type { TimelineEntryBody } from '@darkroom/contracts';
import { failureText, useTexts, wordFor } from '../texts/texts.ts';
import { formatClock, formatDateTime, formatElapsed } from '../ui/format.ts';
import type { TimelineState } from './timeline-state.ts';

/** What happened to the image, step by step, and live what happens. */
export function Timeline({ timeline: { entries, failed, isLive } }: { timeline: TimelineState }) {
  const t = useTexts();
  return (
    <section className="panel" aria-labelledby="timeline-heading">
      <div className="panel__head">
        <h2 id="timeline-heading">{t.image.timeline}</h2>
        {entries?.[0] !== undefined && <p className="quiet">{formatDateTime(entries[0].at, t.locale)}</p>}
        {isLive && <p className="live">{t.image.timelineLive}</p>}
      </div>
      {failed && entries === undefined && <p role="alert">{t.image.timelineFailed}</p>}
      <ol className="timeline">
        {entries?.map((entry, index) => (
          <Entry key={entry.seq} entry={entry} before={entries[index - 1]} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry, before }: { entry: TimelineEntryBody; before: TimelineEntryBody | undefined }) {
  const t = useTexts();
  const note = noteOf(entry);
  const bad = entry.type === 'rejected' || entry.type === 'processing_failed';
  return (
    <li className={bad ? 'timeline__entry timeline__entry--bad' : 'timeline__entry'} data-type={entry.type}>
      <span className="timeline__what">
        {wordFor(t.timeline, entry.type)}
        {note !== undefined && <span className="timeline__note">{note}</span>}
      </span>
      <time className="timeline__time" dateTime={entry.at}>
        {before === undefined
          ? formatClock(entry.at, t.locale)
          : formatElapsed(Math.max(0, Date.parse(entry.at) - Date.parse(before.at)), t.locale)}
      </time>
    </li>
  );

  function noteOf({ type, detail }: TimelineEntryBody): string | undefined {
    const code = detail['code'];
    if (type === 'rejected' && typeof code === 'string') {
      return failureText(t, { code: code as 'rejected' }).what;
    }
    const words = [detail['reason'], detail['error'], detail['warnings'], detail['notes']].flat();
    const texts = words.filter((word) => typeof word === 'string');
    return texts.map(t.timelineNote).join('; ') || undefined;
  }
}
