import { useUploads } from '@darkroom/react-uploader';
import { useDeferredValue } from 'react';
import { Filters } from './grid/filters.tsx';
import { ImageGrid } from './grid/image-grid.tsx';
import type { ImageListState } from './grid/image-list.ts';
import { isFiltered } from './grid/image-query.ts';
import { useFollowUnfinished } from './grid/use-follow-unfinished.ts';
import { useFreshList } from './grid/use-fresh-list.ts';
import { useQuery } from './grid/use-query.ts';
import { useLiveList } from './live/use-live-list.ts';
import { useListValue, useServices } from './services.ts';
import { useIsAdmin } from './session/use-is-admin.ts';
import { useTexts } from './texts/texts.ts';
import { usePage } from './ui/use-page.ts';
import { UploadZone } from './upload-zone.tsx';

const countOf = ({ count }: ImageListState) => count;

export function HomePage() {
  const t = useTexts();
  const title = useIsAdmin() ? t.grid.titleOfAll : t.grid.title;
  const heading = usePage(title);
  const [query, changeQuery] = useQuery();
  const list = useFreshList(query);
  const count = useDeferredValue(useListValue(list, countOf));
  const uploading = useUploads(useServices().uploads).length > 0;
  useFollowUnfinished(list, useLiveList(list));
  const filtered = isFiltered(query);

  return (
    <div className="home">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p className="quiet" role="status">
          {count === undefined || (count === 0 && !filtered)
            ? ''
            : filtered
              ? t.grid.found(count)
              : t.grid.count(count)}
        </p>
      </div>
      {/* Roomy where there is nothing else yet; until that is known, and from the first file on, it keeps still. */}
      <UploadZone compact={count !== 0 || filtered || uploading} />
      {(filtered || (count ?? 0) > 0) && <Filters query={query} onChange={changeQuery} />}
      <ImageGrid list={list} filtered={filtered} />
    </div>
  );
}
