import type { ImageSummaryBody } from '@darkroom/contracts';

/** Very wide and very tall images are cropped in the grid, so that none takes a row, or vanishes, by itself. */
const narrowest = 0.6;
const widest = 2.4;

/** The shape of a tile, width by height: that of the image within bounds; 3:2 while it is not known. */
export function shapeOf({ width, height }: Pick<ImageSummaryBody, 'width' | 'height'>): number {
  return width && height ? Math.min(Math.max(width / height, narrowest), widest) : 1.5;
}

/**
 * How wide a tile of that shape is at least (`sizes` of an image): its row's height by its shape. What it grows by to
 * fill its row is not worth a file several times as large.
 */
export function sizesOf(shape: number): string {
  const width = (row: number) => `${Math.round(row * shape)}px`;
  return `(max-width: 36rem) ${width(104)}, ${width(210)}`; // --row in image-grid.css
}
