import type { ImageBody, ImageSummaryBody } from '@darkroom/contracts';

/** What lists show of an image. */
export function summaryOf(image: ImageBody): ImageSummaryBody {
  const urlOf = (type: string) => image.variants.find((v) => v.variant_type === type)?.url ?? null;
  return {
    id: image.id,
    original_filename: image.original_filename,
    status: image.status,
    title: image.title,
    url: image.url,
    created_at: image.created_at,
    category_name: image.category.name,
    placeholder: image.placeholder,
    thumbnail_url: urlOf('thumbnail'),
    small_url: urlOf('small'),
    preview_url: urlOf('medium'),
    width: image.width,
    height: image.height,
  };
}
