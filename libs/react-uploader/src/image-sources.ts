export interface ImageSourceVariant {
  readonly url: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly content_type: string;
}

/** What can be shown: an image as the API answers it, alone or in a list. */
export interface ImageSource {
  /** Upright pixels of the original; null while they are not known. */
  readonly width: number | null;
  readonly height: number | null;
  /** ThumbHash, base64. */
  readonly placeholder: string | null;
  /** `#rrggbb`. */
  readonly dominant_color?: string | null | undefined;
  readonly variants?: readonly ImageSourceVariant[] | undefined;
  /** In lists, in place of variants: the ones of 600, 300 and 150 pixels. */
  readonly preview_url?: string | null | undefined;
  readonly small_url?: string | null | undefined;
  readonly thumbnail_url?: string | null | undefined;
}

/** The addresses for an `<img>`, and for the `<source>` elements before it. */
export interface ImageSources {
  readonly src: string | undefined;
  readonly srcSet: string | undefined;
  readonly others: readonly { readonly type: string; readonly srcSet: string }[];
}

/** Smallest files first: a browser takes the first type that it knows. Whatever else there is comes last. */
const preference = ['image/avif', 'image/webp'];
/** Longer side in pixels of what is shown where `srcset` is not understood, at most. */
const plainSide = 1200;

/** Which addresses an image has, by type and width. `src` is undefined while there is nothing to show. */
export function imageSources(image: ImageSource): ImageSources {
  const { variants = [] } = image;
  return variants.length === 0 ? listedSources(image) : variantSources(variants);
}

/** Longer side in pixels of what lists hold (the presets `small` and `medium`, which enlarge nothing). */
const smallSide = 300;
const previewSide = 600;

function listedSources({ width, height, preview_url, small_url, thumbnail_url }: ImageSource): ImageSources {
  const src = preview_url ?? small_url ?? thumbnail_url ?? undefined;
  const longer = Math.max(width ?? 0, height ?? 0);
  if (!width || !preview_url || !small_url || longer <= smallSide)
    return { src, srcSet: undefined, others: [] };
  const widthOf = (side: number) => Math.max(Math.round((width * Math.min(side, longer)) / longer), 1);
  const srcSet = `${small_url} ${widthOf(smallSide)}w, ${preview_url} ${widthOf(previewSide)}w`;
  return { src, srcSet, others: [] };
}

function variantSources(variants: readonly ImageSourceVariant[]): ImageSources {
  const rank = (type: string) => (preference.indexOf(type) + preference.length + 1) % (preference.length + 1);
  const types = [...new Set(variants.map(({ content_type }) => content_type))].toSorted(
    (a, b) => rank(a) - rank(b),
  );
  const sets = types.map((type) => {
    const ofType = variants
      .filter(({ content_type }) => content_type === type)
      .toSorted((a, b) => a.width - b.width);
    return { type, ofType, srcSet: ofType.map(({ url, width }) => `${url} ${width}w`).join(', ') };
  });
  const last = sets.at(-1);
  const plain =
    last?.ofType.findLast(({ width, height }) => Math.max(width, height) <= plainSide) ?? last?.ofType[0];
  return {
    src: plain?.url,
    srcSet: last?.srcSet,
    others: sets.slice(0, -1).map(({ type, srcSet }) => ({ type, srcSet })),
  };
}
