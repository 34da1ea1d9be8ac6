import { DarkroomImage } from '@darkroom/react-uploader';
import { Link } from 'react-router';
import type { ImageSummaryBody, OverviewBody } from '@darkroom/contracts';
import { useServices } from '../services.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { formatBytes, formatDateTime, formatNumber } from '../ui/format.ts';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { usePage } from '../ui/use-page.ts';
import { CountTable } from './count-table.tsx';
import { Figure } from './figure.tsx';
import { Usage } from './usage.tsx';
import './statistics.css';

export function StatisticsPage() {
  const t = useTexts();
  const heading = usePage(t.statistics.title);
  const { api } = useServices();
  const { value: overview, failed, loading, reload } = useLoaded(api.overview);
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t.statistics.title}
        </h1>
      </div>
      {overview !== undefined && <Figures overview={overview} />}
      {overview === undefined && !failed && (
        <p className="quiet" role="status">
          {t.loading}
        </p>
      )}
      {failed && (
        <Notice
          tone="error"
          title={t.statistics.failed}
          text={failureText(t, { code: 'server' }).advice}
          action={{ label: t.retry, onPress: reload, busy: loading }}
        />
      )}
    </>
  );
}

function Figures({ overview }: { overview: OverviewBody }) {
  const t = useTexts();
  const { total_images: images, total_size: bytes, by_category, by_status, recent_uploads } = overview;
  const number = (n: number) => formatNumber(n, t.locale);
  const size = (n: number) => formatBytes(n, t.locale);
  return (
    <>
      <dl className="figures">
        <Figure name={t.statistics.images} value={number(images)} />
        <Figure name={t.statistics.storage} value={size(bytes)} />
        <Figure name={t.statistics.average} value={images === 0 ? '–' : size(bytes / images)} />
      </dl>
      {overview.quota !== null && <Usage quota={overview.quota} />}
      <div className="tables">
        <CountTable
          title={t.statistics.byCategory}
          name={t.statistics.category}
          rows={by_category.map((row) => ({
            name: row.category__name,
            count: row.count,
            more: size(row.total_size),
          }))}
          more={t.statistics.size}
        />
        <CountTable
          title={t.statistics.byStatus}
          name={t.statistics.status}
          rows={by_status.map(({ status, count }) => ({ name: t.statuses[status], count }))}
        />
      </div>
      {recent_uploads.length > 0 && <Recent images={recent_uploads} />}
    </>
  );
}

function Recent({ images }: { images: readonly ImageSummaryBody[] }) {
  const t = useTexts();
  return (
    <section className="panel" aria-labelledby="recent-heading">
      <div className="panel__head">
        <h2 id="recent-heading">{t.statistics.recent}</h2>
      </div>
      <ul className="recent">
        {images.map((image) => (
          <li key={image.id}>
            <Link className="recent__link" to={`/images/${image.id}`}>
              <DarkroomImage className="recent__picture" image={image} alt="" aspectRatio={1.5} />
              <span className="recent__name">{image.title || image.original_filename}</span>
            </Link>
            <p className="quiet">{formatDateTime(image.created_at, t.locale)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
