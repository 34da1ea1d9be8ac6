import type { TimelineEntry } from '../model/image-change.ts';
import type { OwnerScope } from '../use-cases/find-image.ts';

/** A timeline entry with its place in the log of all images. */
export interface LoggedEntry extends TimelineEntry {
  /** Grows from entry to entry, in commit order; entries of one image in the order of their `seq`. */
  readonly offset: number;
  readonly imageId: string;
  readonly ownerId: string;
}

export interface LogRange {
  /** Entries with a greater offset than this. */
  readonly after: number;
  /** Up to and with this offset. */
  readonly upTo: number;
  /** Of this owner's images; undefined: of everybody's. */
  readonly scope: OwnerScope;
}

export interface LogPage {
  readonly entries: readonly LoggedEntry[];
  /** All of the range up to this offset has been read. */
  readonly readTo: number;
  /** Whether there is more of the range behind it. */
  readonly more: boolean;
}

/** Calls never overlap, and must not throw. */
export interface LogFollower {
  /**
   * The next entries, in order; with them all up to `position` has been told. The first call brings none, and the place
   * where it begins: the end of the log then.
   */
  onEntries(entries: readonly LoggedEntry[], position: number): void;
  /** Entries were removed before they could be told (after a very long outage); it goes on after `position`. */
  onGap(position: number): void;
}

export interface FollowedLog {
  close(): Promise<void>;
}

/**
 * The timeline entries of all images as one log: what live streams resume by. Offsets are those of the event log. Entries
 * of images that were removed for good are no longer in it.
 */
export interface TimelineLog {
  /** Tells of everything from now on, soon after its commit, until closed. Throws `unavailable`; later outages it waits out. */
  follow(follower: LogFollower): Promise<FollowedLog>;
  /**
   * At most `limit` entries of a range. Undefined where some after `after` may have been pruned, or where the log does
   * not reach as far as `after`: then nobody can tell what was missed.
   */
  read(range: LogRange, limit: number): Promise<LogPage | undefined>;
}
