import type { ReactNode } from 'react';

interface WideTableProps {
  readonly title: string;
  readonly text?: string;
  readonly columns: readonly string[];
  /** The columns from this one on hold numbers. */
  readonly numbersFrom?: number;
  /** The last column holds buttons, which say what they do: its name is for screen readers alone. */
  readonly endsInButtons?: boolean;
  /** Said in place of the rows. */
  readonly empty: string;
  readonly isEmpty: boolean;
  readonly children: ReactNode;
  readonly after?: ReactNode;
}

/** A table that scrolls sideways by itself where the screen is narrow, by keyboard too. */
export function WideTable(props: WideTableProps) {
  const {
    title,
    text,
    columns,
    numbersFrom = Infinity,
    endsInButtons,
    empty,
    isEmpty,
    children,
    after,
  } = props;
  const isHidden = (index: number) => endsInButtons === true && index === columns.length - 1;
  return (
    <section className="panel">
      <div className="console__scroll" role="region" aria-label={title} tabIndex={0}>
        <table className="counts console__table">
          <caption>
            {title}
            {text !== undefined && <span className="console__text">{text}</span>}
          </caption>
          {!isEmpty && (
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th
                    key={column}
                    className={index >= numbersFrom ? 'counts__number' : undefined}
                    scope="col"
                  >
                    {isHidden(index) ? <span className="visually-hidden">{column}</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {isEmpty ? (
              <tr>
                <td className="quiet">{empty}</td>
              </tr>
            ) : (
              children
            )}
          </tbody>
        </table>
      </div>
      {after}
    </section>
  );
}
