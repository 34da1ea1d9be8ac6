import type { Image } from '../model/image.ts';
import type { ImageChange } from '../model/image-change.ts';
import type { Quota } from '../model/quota.ts';
import type { RequestClaim } from './request-keys.ts';

export interface InsertTerms {
  /** Of owners who have none of their own. Left out: nobody's quota is asked. */
  readonly quota?: Quota | undefined;
  /** Left out: the request has no key. */
  readonly request?: RequestClaim | undefined;
}

/**
 * Images, each with all that is written together with it.
 *
 * Guarantees: `insert` and `update` write row, variants, events, timeline, garbage and the owner's counters in one
 * transaction. `update` holds the lock of the image's row from before `decide` is called until commit, so that
 * changes of one image happen one after another. `decide` must be pure and quick; it may be called again when the
 * transaction has to be repeated. Throws `AppError` `unavailable` when the database cannot be reached.
 *
 * Where a quota is given, an owner's changes that take places happen one after another, so that however many are made
 * at once, no more pass than there is room for.
 */
export interface ImageRepository {
  /**
   * Adds a new image. Throws `conflict` where its id or incoming key is there already, or with reason `request_key_taken`
   * where the owner holds the request's key; and `forbidden` with reason `quota_exceeded`.
   */
  insert(change: ImageChange, terms?: InsertTerms): Promise<void>;
  get(id: string): Promise<Image | undefined>;
  findByIncomingKey(key: string): Promise<Image | undefined>;
  /**
   * Changes the image as `decide` says, or not at all where it returns undefined. Answers the image as it then is,
   * and undefined where there is none with this id. Throws `forbidden` with reason `quota_exceeded` where the change takes
   * a place that `quota`, or the owner's own, does not have.
   */
  update(
    id: string,
    decide: (image: Image) => ImageChange | undefined,
    quota?: Quota,
  ): Promise<Image | undefined>;
  /**
   * Removes a deleted image's row and timeline for good, once its objects are gone, and takes it out of the counters.
   * Its events stay. Does nothing where the image is not there or not deleted.
   */
  remove(id: string): Promise<void>;
}
