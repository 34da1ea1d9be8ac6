import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { ImageSummaryBody } from '@darkroom/contracts';
import { useImageList, useServices, useUploads } from '../services.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { Notice } from '../ui/notice.tsx';
import { Picture } from '../ui/picture.tsx';
import { shapeOf } from './shape.ts';
import { useFollowUnfinished } from './use-follow-unfinished.ts';
import './image-grid.css';

/** One's images, newest first, in rows of equal height. */
export function ImageGrid() {
  const t = useTexts();
  const { images } = useServices();
  const { items, count, loading, error, nextCursor } = useImageList();
  const uploading = useUploads().length > 0;
  const refreshed = useRef(false);
  useFollowUnfinished();

  if (count === undefined && error === undefined) return <Skeleton label={t.loading} />;
  if (items.length === 0 && error === undefined) {
    return uploading ? null : <Notice tone="quiet" title={t.grid.emptyTitle} text={t.grid.emptyText} />;
  }
  // Signed addresses run out on a page that stays open: one fresh list brings new ones for all.
  const refreshOnce = () => {
    if (!refreshed.current) void images.load();
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
          action={{ label: t.retry, onPress: () => void (nextCursor ? images.loadMore() : images.load()) }}
        />
      )}
      {nextCursor !== undefined && error === undefined && <More busy={loading === 'more'} />}
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
  const { width, height } = shapeOf(item);
  const name = item.title || item.original_filename;
  return (
    <li className="tile" style={{ '--shape': width / height } as React.CSSProperties}>
      <Link className="tile__link" to={`/images/${item.id}`}>
        <Picture
          src={item.preview_url ?? item.thumbnail_url}
          alt={t.grid.untitled(name)}
          width={width}
          height={height}
          placeholder={item.placeholder}
          eager={eager}
          onBroken={onBroken}
        />
        <span className="tile__name" aria-hidden="true">
          {name}
        </span>
      </Link>
    </li>
  );
}

/** Loads the next page when it comes near; a button all the same, for keyboards and for when that fails. */
function More({ busy }: { busy: boolean }) {
  const t = useTexts();
  const { images } = useServices();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (busy || button.current === null) return undefined;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void images.loadMore();
      },
      { rootMargin: '600px' },
    );
    watch.observe(button.current);
    return () => watch.disconnect();
  }, [busy, images]);
  return (
    <div className="grid-more">
      <button ref={button} className="button" type="button" onClick={() => void images.loadMore()}>
        {busy ? t.grid.loadingMore : t.grid.more}
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
