import { useEffect, useRef } from 'react';
import { DarkroomImage, useUploads } from '@darkroom/react-uploader';
import { Link } from 'react-router';
import type { ImageSummaryBody } from '@darkroom/contracts';
import { useListState, useServices } from '../services.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { Notice } from '../ui/notice.tsx';
import type { ImageList, ImageListState } from './image-list.ts';
import { shapeOf } from './shape.ts';
import './image-grid.css';

/** The images of a list, newest first, in rows of equal height. */
export function ImageGrid({ list, filtered }: { list: ImageList; filtered: boolean }) {
  const t = useTexts();
  const { items, count, loading, error, nextCursor } = useListState(list);
  const uploading = useUploads(useServices().uploads).length > 0;
  const refreshed = useRef(false);

  if (count === undefined && error === undefined) return <Skeleton label={t.loading} />;
  if (items.length === 0 && error === undefined) {
    if (filtered) return <Notice tone="quiet" title={t.filters.noneTitle} text={t.filters.noneText} />;
    return uploading ? null : <Notice tone="quiet" title={t.grid.emptyTitle} text={t.grid.emptyText} />;
  }
  // Signed addresses run out on a page that stays open: one fresh list brings new ones for all.
  const refreshOnce = () => {
    if (!refreshed.current) void list.load({ newAddresses: true });
    refreshed.current = true;
  };
  return (
    <>
      <ul className="grid" aria-label={t.grid.title}>
        {items.map((item, index) => (
          <Tile key={item.id} item={item} eager={index < 6} onBroken={refreshOnce} />
        ))}
      </ul>
      {error !== undefined && (
        <Notice
          tone="error"
          title={t.grid.failed}
          text={failureText(t, { code: 'server' }).advice}
          action={{ label: t.retry, onPress: () => void (nextCursor ? list.loadMore() : list.load()) }}
        />
      )}
      {nextCursor !== undefined && error === undefined && <More list={list} loading={loading} />}
    </>
  );
}

interface TileProps {
  readonly item: ImageSummaryBody;
  readonly eager: boolean;
  readonly onBroken: () => void;
}

function Tile({ item, eager, onBroken }: TileProps) {
  const t = useTexts();
  const shape = shapeOf(item);
  const name = item.title || item.original_filename;
  return (
    <li className="tile" style={{ '--shape': shape } as React.CSSProperties}>
      <Link className="tile__link" to={`/images/${item.id}`}>
        <DarkroomImage
          image={item}
          alt={t.grid.untitled(name)}
          aspectRatio={shape}
          loading={eager ? 'eager' : 'lazy'}
          onError={onBroken}
        />
        {item.status !== 'completed' && <span className="tile__status">{t.statuses[item.status]}</span>}
        <span className="tile__name" aria-hidden="true">
          {name}
        </span>
      </Link>
    </li>
  );
}

/** Loads the next page when it comes near; a button all the same, for keyboards and for when that fails. */
function More({ list, loading }: { list: ImageList; loading: ImageListState['loading'] }) {
  const t = useTexts();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Watched anew after each load: one that was asked for during another was not heard.
    if (loading !== 'no' || button.current === null) return undefined;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void list.loadMore();
      },
      { rootMargin: '600px' },
    );
    watch.observe(button.current);
    return () => watch.disconnect();
  }, [loading, list]);
  return (
    <div className="grid-more">
      <button ref={button} className="button" type="button" onClick={() => void list.loadMore()}>
        {loading === 'more' ? t.grid.loadingMore : t.grid.more}
      </button>
    </div>
  );
}

const skeletonShapes = [1.5, 1.33, 0.75, 1.5, 1.78, 1, 1.5, 0.75, 1.33, 1.5];

function Skeleton({ label }: { label: string }) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      <ul className="grid grid--skeleton" aria-hidden="true">
        {skeletonShapes.map((shape, index) => (
          <li key={index} className="tile" style={{ '--shape': shape } as React.CSSProperties}>
            <span className="tile__blank" />
          </li>
        ))}
      </ul>
    </div>
  );
}
