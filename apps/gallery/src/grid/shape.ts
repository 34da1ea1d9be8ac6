import type { ImageSummaryBody } from '@darkroom/contracts';

/** Very wide and very tall images are cropped in the grid, so that none takes a row, or vanishes, by itself. */
const narrowest = 0.6;
const widest = 2.4;

/** The shape of a tile, width by height: that of the image within bounds; 3:2 while it is not known. */
export function shapeOf({ width, height }: Pick<ImageSummaryBody, 'width' | 'height'>): number {
  return width && height ? Math.min(Math.max(width / height, narrowest), widest) : 1.5;
}
