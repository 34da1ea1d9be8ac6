import type { ImageQueries, LoggedEntry, OwnerScope, TimelineEntry, TimelineLog } from '@darkroom/domain';

/** An entry on its way to a client. */
export interface StreamEntry {
  /** What the client goes on by when it has this entry; grows from one to the next. */
  readonly place: number;
  readonly imageId: string;
  readonly entry: TimelineEntry;
}

/** What a stream is of. */
export interface LiveFeed {
  readonly topic: { readonly imageId: string } | { readonly scope: OwnerScope };
  /** Whether places are offsets of the log. */
  readonly byOffset: boolean;
  placeOf(entry: LoggedEntry): number;
  /**
   * What lies behind the place `after`, page by page, up to the offset `position` of the log or further. Yields undefined
   * where some of it can no longer be told.
   */
  missed(after: number, position: number): AsyncGenerator<readonly StreamEntry[] | undefined, void>;
}

const pageSize = 100;

/** Everything that happens to the images within `scope`, by offsets of the log. */
export function ownerFeed(log: TimelineLog, scope: OwnerScope): LiveFeed {
  return {
    topic: { scope },
    byOffset: true,
    placeOf: ({ offset }) => offset,
    async *missed(start, position) {
      // A place ahead of us may come from another process, or from nowhere: the log knows
      const upTo = Math.max(start, position);
      for (let after = start, more = start !== position; more;) {
        const page = await log.read({ after, upTo, scope }, pageSize);
        if (page === undefined) {
          yield undefined;
          return;
        }
        yield page.entries.map((entry) => ({ place: entry.offset, imageId: entry.imageId, entry }));
        after = page.readTo;
        more = page.more;
      }
    },
  };
}

/** The timeline of one image, by its `seq`. */
export function imageFeed(queries: Pick<ImageQueries, 'timeline'>, imageId: string): LiveFeed {
  return {
    topic: { imageId },
    byOffset: false,
    placeOf: ({ seq }) => seq,
    async *missed(after) {
      const entries = await queries.timeline(imageId, after);
      for (let first = 0; first < entries.length; first += pageSize) {
        yield entries.slice(first, first + pageSize).map((entry) => ({ place: entry.seq, imageId, entry }));
      }
    },
  };
}
