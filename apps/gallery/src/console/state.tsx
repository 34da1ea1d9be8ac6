import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { OperationsBody } from '@darkroom/contracts';
import { CountTable } from '../statistics/count-table.tsx';
import { Figure } from '../statistics/figure.tsx';
import { useTexts, wordFor } from '../texts/texts.ts';
import { formatBytes, formatDateTime, formatDuration, formatNumber } from '../ui/format.ts';
import { WideTable } from './wide-table.tsx';
import '../statistics/statistics.css';

/** How the installation is: figures first, then what may need somebody (`children`), then the rest. */
export function State({ operations, children }: { operations: OperationsBody; children: ReactNode }) {
  const t = useTexts();
  const { usage, groups, unready, unsequenced, stuck, orphans, cleanup } = operations;
  const number = (n: number) => formatNumber(n, t.locale);
  const dead = groups.reduce((sum, { dead_letters }) => sum + dead_letters, 0);
  return (
    <>
      <dl className="figures">
        <Figure name={t.console.deadLetterCount} value={number(dead)} />
        <Figure name={t.console.unready} value={number(unready.images)} />
        <Figure
          name={t.console.unreadyOldest}
          value={unready.images === 0 ? '–' : formatDuration(unready.oldest_seconds * 1_000, t.locale)}
        />
        <Figure name={t.console.unsequenced} value={number(unsequenced)} />
        <Figure name={t.console.images} value={number(usage.images)} />
        <Figure name={t.console.storage} value={formatBytes(usage.bytes, t.locale)} />
      </dl>
      {children}
      <Groups groups={groups} />
      <div className="tables">
        <Images title={t.console.stuck} text={t.console.stuckText} images={stuck} />
        <Images title={t.console.orphans} text={t.console.orphansText} images={orphans} />
        <CountTable
          title={t.console.byStatus}
          name={t.console.status}
          rows={usage.by_status.map(({ status, count }) => ({ name: t.statuses[status], count }))}
        />
        <WideTable
          title={t.console.cleanup}
          columns={[t.console.task, t.console.lastRun]}
          empty={t.console.noCleanup}
          isEmpty={cleanup.length === 0}
        >
          {cleanup.map(({ task, succeeded_at }) => (
            <tr key={task}>
              <th scope="row">{wordFor(t.console.tasks, task)}</th>
              <td>
                <time dateTime={succeeded_at}>{formatDateTime(succeeded_at, t.locale)}</time>
              </td>
            </tr>
          ))}
        </WideTable>
      </div>
    </>
  );
}

function Groups({ groups }: Pick<OperationsBody, 'groups'>) {
  const t = useTexts();
  const number = (n: number | null) => (n === null ? '–' : formatNumber(n, t.locale));
  const { group, lagEvents, lagSeconds, waiting, deadLetterCount } = t.console;
  return (
    <WideTable
      title={t.console.groups}
      {...(groups.some(({ lag_events }) => lag_events === null) && { text: t.console.lagUnknown })}
      columns={[group, lagEvents, lagSeconds, waiting, deadLetterCount]}
      numbersFrom={1}
      empty={t.console.noGroups}
      isEmpty={groups.length === 0}
    >
      {groups.map((row) => (
        <tr key={row.group}>
          <th scope="row">{row.group}</th>
          <td className="counts__number">{number(row.lag_events)}</td>
          <td className="counts__number">
            {row.lag_seconds ? formatDuration(row.lag_seconds * 1_000, t.locale) : '–'}
          </td>
          <td className="counts__number">{number(row.waiting)}</td>
          <td className="counts__number">{number(row.dead_letters)}</td>
        </tr>
      ))}
    </WideTable>
  );
}

interface ImagesProps {
  readonly title: string;
  readonly text: string;
  readonly images: OperationsBody['stuck'];
}

function Images({ title, text, images }: ImagesProps) {
  const t = useTexts();
  return (
    <WideTable
      title={title}
      text={text}
      columns={[t.console.image, t.console.since]}
      empty={t.console.none}
      isEmpty={images.length === 0}
    >
      {images.map(({ image_id, since }) => (
        <tr key={image_id}>
          <th scope="row">
            <Link className="console__id" to={`/images/${image_id}`}>
              {image_id}
            </Link>
          </th>
          <td>
            <time dateTime={since}>{formatDateTime(since, t.locale)}</time>
          </td>
        </tr>
      ))}
    </WideTable>
  );
}
