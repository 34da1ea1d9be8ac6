import { useCategories } from '@darkroom/react-uploader';
import { lazy, Suspense } from 'react';
import { ImageGrid } from './grid/image-grid.tsx';
import { isFiltered } from './grid/image-query.ts';
import { useFollowUnfinished } from './grid/use-follow-unfinished.ts';
import { useFreshList } from './grid/use-fresh-list.ts';
import { useQuery } from './grid/use-query.ts';
import { useLiveList } from './live/use-live-list.ts';
import { useServices } from './services.ts';
import { useTexts } from './texts/texts.ts';
import { usePage } from './ui/use-page.ts';
import { UploadZone } from './upload-zone.tsx';

const Filters = lazy(async () => ({ default: (await import('./grid/filters.tsx')).Filters }));

export function HomePage() {
  const t = useTexts();
  const heading = usePage(t.grid.title);
  const [query, changeQuery] = useQuery();
  const { list, count } = useFreshList(query);
  const { apiBase, session } = useServices();
  const { categories = [] } = useCategories(apiBase, session);
  useFollowUnfinished(list, useLiveList(list));
  const filtered = isFiltered(query);

  return (
    <div className="home">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t.grid.title}
        </h1>
        <p className="quiet" role="status">
          {count === undefined || (count === 0 && !filtered)
            ? ''
            : filtered
              ? t.grid.found(count)
              : t.grid.count(count)}
        </p>
      </div>
      <UploadZone compact={count !== 0 || filtered} />
      {(filtered || (count ?? 0) > 0) && (
        <Suspense fallback={<div className="filters-place" />}>
          <Filters query={query} onChange={changeQuery} categories={categories} />
        </Suspense>
      )}
      <ImageGrid list={list} filtered={filtered} />
    </div>
  );
}
