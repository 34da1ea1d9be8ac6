import type { TimelineType } from '@darkroom/contracts';
import type { LiveEntry } from '@darkroom/upload-client';
import type { DarkroomApi } from '../api/darkroom-api.ts';
import type { ImageList } from '../grid/image-list.ts';
import type { ImageLists } from '../grid/image-lists.ts';
import type { Live } from './live.ts';

/** What changes how an image stands in a list. */
const telling: ReadonlySet<string> = new Set<TimelineType>([
  'accepted',
  'rejected',
  'described',
  'variants_ready',
  'metadata_ready',
  'processing_failed',
  'updated',
  'deleted',
  'restored',
]);

/** News is gathered for so long: thirty uploads at once are thirty times as many entries. */
const gatherMs = 400;

interface FollowOptions {
  readonly live: Live;
  readonly api: Pick<DarkroomApi, 'image'>;
  readonly lists: ImageLists;
  /** The list that is shown. */
  readonly list: ImageList;
  /** The event after which to go on, from one call to the next. */
  readonly position: { current: string | undefined };
  readonly onConnection: (connected: boolean) => void;
}

/** Keeps the list that is shown true by the stream of all images. Answers what ends it. */
export function followLists({ live, api, lists, list, position, onConnection }: FollowOptions): () => void {
  let changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const refresh = async () => {
    timer = undefined;
    const ids = changed;
    changed = new Set();
    await list.load(); // brings what is new, and what is near the top
    const fresh = new Set(
      list
        .state()
        .items.slice(0, 40)
        .map(({ id }) => id),
    );
    const further = [...ids].filter((id) => list.has(id) && !fresh.has(id));
    for (const id of further) lists.put(await api.image(id));
  };
  const soon = () => {
    // A refresh that gets no answer is made up for by the next one.
    timer ??= setTimeout(() => void refresh().catch(() => undefined), gatherMs);
  };
  const take = ({ image_id: id, type }: LiveEntry) => {
    if (!telling.has(type)) return;
    if (type === 'deleted') lists.remove(id);
    else changed.add(id);
    soon();
  };
  const stop = live.images({
    lastEventId: position.current,
    onEntry: (entry, eventId) => {
      position.current = eventId;
      take(entry);
    },
    onReset: soon,
    onConnection: (connected) => {
      if (connected && position.current === undefined) soon(); // what happened before the stream began
      onConnection(connected);
    },
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
