import type { Image } from '../model/image.ts';
import type { ImageChange } from '../model/image-change.ts';

/**
 * Images, each with all that is written together with it.
 *
 * Guarantees: `insert` and `update` write row, variants, events, timeline, garbage and the owner's counters in one
 * transaction. `update` holds the lock of the image's row from before `decide` is called until commit, so that
 * changes of one image happen one after another. `decide` must be pure and quick; it may be called again when the
 * transaction has to be repeated. Throws `AppError` `unavailable` when the database cannot be reached.
 */
export interface ImageRepository {
  /** Adds a new image. Throws `conflict` where its id or incoming key is there already. */
  insert(change: ImageChange): Promise<void>;
  get(id: string): Promise<Image | undefined>;
  findByIncomingKey(key: string): Promise<Image | undefined>;
  /**
   * Changes the image as `decide` says, or not at all where it returns undefined. Answers the image as it then is,
   * and undefined where there is none with this id.
   */
  update(id: string, decide: (image: Image) => ImageChange | undefined): Promise<Image | undefined>;
  /**
   * Removes a deleted image's row and timeline for good, once its objects are gone, and takes it out of the counters.
   * Its events stay. Does nothing where the image is not there or not deleted.
   */
  remove(id: string): Promise<void>;
}
