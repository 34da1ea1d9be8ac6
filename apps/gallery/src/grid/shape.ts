import type { ImageSummaryBody } from '@darkroom/contracts';

/** Very wide and very tall images are cropped in the grid, so that none takes a row, or vanishes, by itself. */
const narrowest = 0.6;
const widest = 2.4;

/** The shape of a tile: that of the image within bounds; 3:2 while it is not known. */
export function shapeOf(image: Pick<ImageSummaryBody, 'width' | 'height'>): {
  readonly width: number;
  readonly height: number;
} {
  const { width, height } = image;
  if (!width || !height) return { width: 300, height: 200 };
  const ratio = Math.min(Math.max(width / height, narrowest), widest);
  return { width: Math.round(300 * ratio), height: 300 };
}
