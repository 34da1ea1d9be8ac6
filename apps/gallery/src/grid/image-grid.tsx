import { memo, useCallback, useDeferredValue } from 'react';
import { DarkroomImage, useUploads } from '@darkroom/react-uploader';
import { Link } from 'react-router';
import type { ImageSummaryBody } from '@darkroom/contracts';
import { useListState, useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { Notice } from '../ui/notice.tsx';
import { useSparingly } from '../ui/use-sparingly.ts';
import type { ImageList } from './image-list.ts';
import { useFromList } from './list-address.ts';
import { ListFoot } from './list-foot.tsx';
import { shapeOf, sizesOf } from './shape.ts';
import './image-grid.css';

/** The images of a list, newest first, in rows of equal height. */
export function ImageGrid({ list, filtered }: { list: ImageList; filtered: boolean }) {
  const t = useTexts();
  // Many tiles at once are drawn in small steps, so that the page answers meanwhile.
  const state = useDeferredValue(useListState(list));
  const { items, count, error } = state;
  const uploading = useUploads(useServices().uploads).length > 0;
  const renewAddresses = useSparingly(useCallback(() => void list.load({ newAddresses: true }), [list]));

  if (count === undefined && error === undefined) return <Skeleton label={t.loading} />;
  if (items.length === 0 && error === undefined) {
    if (filtered) return <Notice tone="quiet" title={t.filters.noneTitle} text={t.filters.noneText} />;
    return uploading ? null : <Notice tone="quiet" title={t.grid.emptyTitle} text={t.grid.emptyText} />;
  }
  return (
    <>
      <ul className="grid" aria-label={t.grid.title}>
        {items.map((item, index) => (
          <Tile key={item.id} item={item} eager={index < 6} onBroken={renewAddresses} />
        ))}
      </ul>
      <ListFoot list={list} state={state} auto />
    </>
  );
}

interface TileProps {
  readonly item: ImageSummaryBody;
  readonly eager: boolean;
  readonly onBroken: () => void;
}

const Tile = memo(function Tile({ item, eager, onBroken }: TileProps) {
  const t = useTexts();
  const from = useFromList();
  const shape = shapeOf(item);
  const name = item.title || item.original_filename;
  return (
    <li
      className={item.status === 'completed' ? 'tile' : 'tile tile--named'}
      style={{ '--shape': shape } as React.CSSProperties}
    >
      <Link className="tile__link" to={`/images/${item.id}`} state={from}>
        <DarkroomImage
          image={item}
          alt={t.grid.untitled(name)}
          aspectRatio={shape}
          sizes={sizesOf(shape)}
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
});

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
