import type { ImageBody } from './contract.ts';
import { delay } from './delay.ts';
import type { Doorbell } from './live/doorbell.ts';
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
 * to it by itself, and tells of each change before.
 */
export type WatchImage = (first: ImageBody, watch: ImageWatch) => Promise<ImageBody>;

const firstPauseMs = 250;
const longestPauseMs = 3_000;
/** With a stream that flows: in case that it flows past us. */
const livePauseMs = 20_000;
const atMostMs = 10 * 60_000;

/** Asks again and again, less and less often. Throws `still_processing` after ten minutes. */
export const pollImage: WatchImage = (first, watch) => lookUntilSettled(first, watch, undefined);

/** Asks when the doorbell rings; and again and again, as `pollImage` does, while the doorbell is not live. */
export function watchByDoorbell(doorbell: Doorbell): WatchImage {
  return (first, watch) => lookUntilSettled(first, watch, doorbell);
}

async function lookUntilSettled(
  first: ImageBody,
  { fetchImage, onImage, signal }: ImageWatch,
  doorbell: Doorbell | undefined,
): Promise<ImageBody> {
  if (isSettled(first)) return first;
  const until = Date.now() + atMostMs;
  let image = first;
  let rung = false;
  let wake: (() => void) | undefined;
  const leave = doorbell?.listen(first.id, () => {
    rung = true;
    wake?.();
  });
  try {
    for (let pause = firstPauseMs; !isSettled(image); pause = Math.min(pause * 1.4, longestPauseMs)) {
      if (Date.now() > until) throw new UploadError({ code: 'still_processing', stage: 'variants' });
      if (!rung) {
        const pauseMs = doorbell?.isLive() === true ? livePauseMs : pause;
        await delay(pauseMs, signal, (endNow) => (wake = endNow));
      }
      rung = false;
      image = await fetchImage();
      onImage(image);
    }
    return image;
  } finally {
    leave?.();
  }
}
