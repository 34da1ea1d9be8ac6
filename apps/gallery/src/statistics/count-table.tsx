import { useTexts } from '../texts/texts.ts';
import { formatNumber } from '../ui/format.ts';

interface CountTableProps {
  readonly title: string;
  /** What the rows are named by. */
  readonly name: string;
  readonly rows: readonly { readonly name: string; readonly count: number; readonly more?: string }[];
  /** Heading of a third column. */
  readonly more?: string;
}

/** Counts as numbers, with a bar to see their shares by. */
export function CountTable({ title, name, rows, more }: CountTableProps) {
  const t = useTexts();
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <section className="panel">
      <table className="counts">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th className="counts__number" scope="col">
              {t.statistics.count}
            </th>
            {more !== undefined && (
              <th className="counts__number" scope="col">
                {more}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                {row.name}
                <span
                  className="counts__bar"
                  style={{ '--share': row.count / most } as React.CSSProperties}
                />
              </th>
              <td className="counts__number">{formatNumber(row.count, t.locale)}</td>
              {more !== undefined && <td className="counts__number">{row.more}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="quiet">{t.statistics.none}</p>}
    </section>
  );
}
