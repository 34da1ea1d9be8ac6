import { useEffect, useRef } from 'react';
import { failureText, useTexts } from '../texts/texts.ts';
import { Notice } from '../ui/notice.tsx';
import type { ImageList, ImageListState } from './image-list.ts';

interface ListFootProps {
  readonly list: ImageList;
  /** The list as it is drawn above: the foot comes near the window when that is short, not when it is not drawn yet. */
  readonly state: ImageListState;
  /** Loads the next page when it comes near; the button is there all the same, for keyboards. */
  readonly auto?: boolean;
}

/** What stands below the images of a list: the way to more of them, or that they could not be loaded. */
export function ListFoot({ list, state: { error, loading, nextCursor }, auto = false }: ListFootProps) {
  const t = useTexts();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Watched anew after each load: there may be more only now, and the button with it.
    if (!auto || loading !== 'no' || button.current === null) return undefined;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void list.loadMore();
      },
      { rootMargin: '600px' },
    );
    watch.observe(button.current);
    return () => watch.disconnect();
  }, [auto, loading, list, error, nextCursor]);

  if (error !== undefined) {
    return (
      <Notice
        tone="error"
        title={t.grid.failed}
        text={failureText(t, { code: 'server' }).advice}
        action={{ label: t.retry, onPress: () => void list.retry(), busy: loading !== 'no' }}
      />
    );
  }
  if (nextCursor === undefined) return null;
  return (
    <div className="grid-more">
      <button ref={button} className="button" type="button" onClick={() => void list.loadMore()}>
        {loading === 'more' ? t.grid.loadingMore : t.grid.more}
      </button>
    </div>
  );
}
