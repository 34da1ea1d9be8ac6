import type { ImageStatus } from '@darkroom/contracts';
import type { Image } from '../model/image.ts';
import type { TimelineEntry } from '../model/image-change.ts';

export interface ImageFilter {
  /** Only this owner's images; undefined: everybody's (admins). */
  readonly ownerId?: string | undefined;
  readonly categoryId?: number | undefined;
  /** Default: `completed` alone. */
  readonly status?: ImageStatus | undefined;
  /** Words or parts of words in title, description or file name. */
  readonly search?: string | undefined;
  /** All must be there. */
  readonly tags?: readonly string[] | undefined;
  /** Created at or after this. */
  readonly from?: Date | undefined;
  /** Created before this. */
  readonly before?: Date | undefined;
}

export interface ImagePage {
  readonly items: readonly Image[];
  /**
   * All that the filter matches, not just this page. Exact; with search, tags or dates, and of deleted images, an adapter may
   * stop counting at 10,000 or more, and then answers that number.
   */
  readonly count: number;
  /** Opaque; undefined after the last page. */
  readonly nextCursor: string | undefined;
}

/** Where a page starts: after a cursor, or at an offset (`page` counts from 1). */
export type PageStart = { readonly cursor: string } | { readonly page: number };

export interface Overview {
  readonly totalImages: number;
  /** Bytes. */
  readonly totalSize: number;
  readonly byCategory: readonly {
    readonly name: string;
    readonly count: number;
    readonly totalSize: number;
  }[];
  readonly byStatus: readonly { readonly status: ImageStatus; readonly count: number }[];
}

/**
 * The reading side. Answers from indexes and counters; nothing here scans. A deleted image is listed and counted as long as
 * it can be restored; deleted for good, or too long ago, it is not, although its row stays until the cleanup comes.
 */
export interface ImageQueries {
  /** Newest first. Throws `invalid` for a cursor that is not ours. */
  list(filter: ImageFilter, start: PageStart, pageSize: number): Promise<ImagePage>;
  /** Completed images count towards the totals and `byCategory`; `byStatus` has every status that occurs. */
  overview(ownerId: string | undefined): Promise<Overview>;
  /** Entries with `seq` above `afterSeq`, in order. */
  timeline(imageId: string, afterSeq: number): Promise<readonly TimelineEntry[]>;
  /** The owner's newest completed image with this SHA-256. */
  findCompletedBySha256(ownerId: string, sha256: string): Promise<Image | undefined>;
}
