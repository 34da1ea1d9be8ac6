import type { ImageBody } from '@darkroom/contracts';
import { delay } from './delay.ts';
import { UploadError } from './upload-error.ts';
import { isSettled } from './upload-state.ts';

export interface ImageWatch {
  /** Asks the API for the image; tries again by itself. */
  readonly fetchImage: () => Promise<ImageBody>;
  readonly onImage: (image: ImageBody) => void;
  readonly signal: AbortSignal;
}

/**
 * How an uploader learns that variants and metadata are there: resolves with the image when nothing more will happen
 * to it by itself, and tells of each change before. Polling is one way, a stream of events may be another.
 */
export type WatchImage = (first: ImageBody, watch: ImageWatch) => Promise<ImageBody>;

const firstPauseMs = 250;
const longestPauseMs = 3_000;
const atMostMs = 10 * 60_000;

/** Asks again and again, less and less often. Throws `still_processing` after ten minutes. */
export const pollImage: WatchImage = async (first, { fetchImage, onImage, signal }) => {
  const until = Date.now() + atMostMs;
  let image = first;
  for (let pause = firstPauseMs; !isSettled(image); pause = Math.min(pause * 1.4, longestPauseMs)) {
    if (Date.now() > until) {
      throw new UploadError({ code: 'still_processing', stage: 'variants', retryable: false });
    }
    await delay(pause, signal);
    image = await fetchImage();
    onImage(image);
  }
  return image;
};
