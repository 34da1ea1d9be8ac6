import type { DeadLetterBody, DeadLetterListBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { formatDateTime } from '../ui/format.ts';
import { WideTable } from './wide-table.tsx';

interface DeadLetterTableProps {
  readonly letters: DeadLetterListBody;
  /** Whether these are the newest. */
  readonly isFirst: boolean;
  /** Asks for the page after a cursor; undefined: for the newest. */
  readonly onPage: (cursor: string | undefined) => void;
  readonly onShow: (letter: DeadLetterBody) => void;
}

export function DeadLetterTable({
  letters: { items, next_cursor: next },
  isFirst,
  onPage,
  onShow,
}: DeadLetterTableProps) {
  const t = useTexts();
  return (
    <WideTable
      title={t.console.deadLetters}
      text={t.console.deadLettersText}
      columns={[t.console.event, t.console.group, t.console.error, t.console.givenUp, t.console.show]}
      endsInButtons
      empty={t.console.noDeadLetters}
      isEmpty={items.length === 0}
      after={
        (!isFirst || next !== null) && (
          <div className="actions">
            {!isFirst && (
              <button className="button" type="button" onClick={() => onPage(undefined)}>
                {t.console.newest}
              </button>
            )}
            {next !== null && (
              <button className="button" type="button" onClick={() => onPage(next)}>
                {t.console.older}
              </button>
            )}
          </div>
        )
      }
    >
      {items.map((letter) => {
        const event = letter.event_type ?? t.console.unreadable;
        const when = formatDateTime(letter.buried_at, t.locale);
        return (
          <tr key={letter.id}>
            <th scope="row">{event}</th>
            <td>{letter.group}</td>
            <td className="console__error">
              <span>{letter.error}</span>
            </td>
            <td>
              <time dateTime={letter.buried_at}>{when}</time>
            </td>
            <td>
              <button
                className="button"
                type="button"
                aria-label={t.console.showLetter(event, letter.group, when)}
                onClick={() => onShow(letter)}
              >
                {t.console.show}
              </button>
            </td>
          </tr>
        );
      })}
    </WideTable>
  );
}
