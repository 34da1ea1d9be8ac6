/** Makes another file of the one to upload, before anything is sent. Answers the same where there is nothing to do. */
export type Transform = (file: Blob, signal: AbortSignal) => Promise<Blob>;

export interface ResizeOptions {
  /** Pixels of the longer side at most. */
  readonly maxSide: number;
  /** 0 to 1, for JPEG; 0.85 by default. */
  readonly quality?: number;
}

/** Types that every browser both reads and writes, and that do not move. */
const resizable = ['image/jpeg', 'image/png'];

/**
 * A transform that makes large photographs smaller, upright as their EXIF says. What is small enough, of another type
 * or not readable here goes as it is. Of what was made smaller the camera data is gone: the server sees none of it.
 */
export function resizeTo({ maxSide, quality = 0.85 }: ResizeOptions): Transform {
  return async (file, signal) => {
    if (!resizable.includes(file.type) || typeof OffscreenCanvas === 'undefined') return file;
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
    if (bitmap === undefined) return file; // damaged, or no image at all: the server will tell
    try {
      signal.throwIfAborted();
      const scale = maxSide / Math.max(bitmap.width, bitmap.height);
      if (scale >= 1) return file;
      const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
      const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
      const context = canvas.getContext('2d');
      if (context === null) return file;
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return await canvas.convertToBlob({ type: file.type, quality });
    } finally {
      bitmap.close();
    }
  };
}
