import { useRef, useState } from 'react';
import type { ImageSummaryBody } from '@darkroom/contracts';
import { everything } from '../grid/image-query.ts';
import { ListFoot } from '../grid/list-foot.tsx';
import { useFreshList } from '../grid/use-fresh-list.ts';
import { useLiveList } from '../live/use-live-list.ts';
import { useListState, useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { usePage } from '../ui/use-page.ts';
import { DeletedRow } from './deleted-row.tsx';
import './deleted.css';

const query = { ...everything, status: 'deleted' } as const;

/** What was deleted and can still be brought back. */
export function DeletedPage() {
  const t = useTexts();
  const heading = usePage(t.deleted.title);
  const headingElement = useRef<HTMLHeadingElement | null>(null);
  const list = useFreshList(query);
  const state = useListState(list);
  const { items, count, error } = state;
  useLiveList(list);
  const [doomed, setDoomed] = useState<ImageSummaryBody>();
  const { restore, removeForGood } = useActions(() => headingElement.current?.focus());

  return (
    <>
      <div className="page-head">
        <h1
          ref={(element) => {
            headingElement.current = element;
            heading(element);
          }}
          tabIndex={-1}
        >
          {t.deleted.title}
        </h1>
        <p className="quiet">{count !== undefined && count > 0 ? t.grid.count(count) : ''}</p>
      </div>
      {count === undefined && error === undefined && (
        <p className="quiet" role="status">
          {t.loading}
        </p>
      )}
      {count === 0 && <Notice tone="quiet" title={t.deleted.emptyTitle} text={t.deleted.emptyText} />}
      {items.length > 0 && <p className="quiet">{t.deleted.text}</p>}
      <ul className="deleted">
        {items.map((image) => (
          <DeletedRow
            key={image.id}
            image={image}
            onRestore={() => void restore(image)}
            onRemove={() => setDoomed(image)}
          />
        ))}
      </ul>
      <ListFoot list={list} state={state} />
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={t.deleted.confirmTitle(doomed === undefined ? '' : nameOf(doomed))}
        text={t.deleted.confirmText}
        confirm={t.deleted.forGood}
        onConfirm={() => {
          if (doomed !== undefined) void removeForGood(doomed);
          setDoomed(undefined);
        }}
      />
    </>
  );
}

const nameOf = (image: ImageSummaryBody) => image.title || image.original_filename;

/** `keepFocus`: the row with the button that was pressed goes. */
function useActions(keepFocus: () => void) {
  const t = useTexts();
  const toast = useToast();
  const { api, lists } = useServices();
  return {
    restore: async (image: ImageSummaryBody) => {
      try {
        const restored = await api.restore(image.id);
        keepFocus();
        lists.remove(image.id);
        lists.put(restored);
        toast({ text: t.image.restored(nameOf(image)) });
      } catch {
        toast({ text: t.image.restoreFailed });
      }
    },
    removeForGood: async (image: ImageSummaryBody) => {
      try {
        await api.removeForGood(image.id);
        keepFocus();
        lists.remove(image.id);
        toast({ text: t.deleted.gone(nameOf(image)) });
      } catch {
        toast({ text: t.image.removeFailed });
      }
    },
  };
}
