import { useEffect, useRef } from 'react';
import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';

/** What a person may write about an image. */
export type Words = Pick<ImageBody, 'title' | 'description' | 'alt_text' | 'tags'>;

interface ConflictProps {
  readonly theirs: ImageBody;
  readonly mine: Words;
  readonly onTake: () => void;
}

/**
 * Part of a form whose words somebody else has saved first: shows what stands there now where it differs, and leaves the
 * choice to the person. Submitting the form saves their own.
 */
export function Conflict({ theirs, mine, onTake }: ConflictProps) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { form } = t.image;
  const rows = [
    { name: form.title, now: theirs.title, own: mine.title },
    { name: form.alt, now: theirs.alt_text, own: mine.alt_text },
    { name: form.description, now: theirs.description, own: mine.description },
    { name: form.tags, now: theirs.tags.join(', '), own: mine.tags.join(', ') },
  ].filter(({ now, own }) => now !== own);
  return (
    <div className="conflict" role="group" aria-labelledby="conflict-heading">
      <h2 className="conflict__title" id="conflict-heading" ref={heading} tabIndex={-1}>
        {form.conflictTitle}
      </h2>
      <p>{form.conflictText}</p>
      {rows.length > 0 && (
        <>
          <h3 className="conflict__now">{form.conflictNow}</h3>
          <dl className="facts">
            {rows.map(({ name, now }) => (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{now === '' ? <em>{form.empty}</em> : now}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <div className="actions">
        <button className="button button--primary" type="submit">
          {form.conflictKeep}
        </button>
        <button className="button" type="button" onClick={onTake}>
          {form.conflictTake}
        </button>
      </div>
    </div>
  );
}
