import type { CategoryBody, ImageBody, ImageSummaryBody, VariantBody } from '@darkroom/contracts';
import type { Category } from '../model/category.ts';
import type { Image, TaskState, Variant } from '../model/image.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { UrlSigner } from '../ports/url-signer.ts';

export interface ViewDependencies {
  readonly categories: Pick<CategoryRepository, 'list'>;
  readonly signer: Pick<UrlSigner, 'signGet' | 'urlOf'>;
}

/** Images as the API shows them to someone who may see them: with URLs that work, for a time. */
export interface ImageViews {
  image(image: Image): Promise<ImageBody>;
  summaries(images: readonly Image[]): Promise<ImageSummaryBody[]>;
  variants(image: Image): Promise<VariantBody[]>;
}

export function imageViews({ categories, signer }: ViewDependencies): ImageViews {
  const variants = (image: Image) =>
    Promise.all(image.variants.map(async (variant) => viewVariant(variant, await signer.urlOf(variant.key))));
  const original = async (image: Image) =>
    image.status === 'completed' && image.originalKey !== null ? signer.signGet(image.originalKey) : null;
  const urlOf = async (image: Image, name: string) => {
    const variant = image.variants.find((candidate) => candidate.name === name);
    return variant === undefined ? null : signer.urlOf(variant.key);
  };

  return {
    variants,
    async image(image) {
      const all = await categories.list({ includeInactive: true });
      return viewImage(image, categoryOf(image, all), await original(image), await variants(image));
    },
    async summaries(images) {
      if (images.length === 0) return [];
      const all = await categories.list({ includeInactive: true });
      return Promise.all(
        images.map(async (image) => ({
          id: image.id,
          original_filename: image.originalFilename,
          status: image.status,
          title: image.title,
          url: await original(image),
          created_at: image.createdAt.toISOString(),
          category_name: categoryOf(image, all).name,
          placeholder: image.placeholder,
          thumbnail_url: await urlOf(image, 'thumbnail'),
          small_url: await urlOf(image, 'small'),
          preview_url: await urlOf(image, 'medium'),
          width: image.width,
          height: image.height,
        })),
      );
    },
  };
}

export function viewCategory(category: Category): CategoryBody {
  return {
    id: category.id,
    name: category.name,
    description: category.description,
    max_file_size: category.maxFileSize,
    allowed_extensions: [...category.allowedExtensions],
    is_active: category.isActive,
    visibility: category.visibility,
  };
}

/** Both tasks as clients see them: without leases. */
export function viewProcessing({ processing }: Pick<Image, 'processing'>): ImageBody['processing'] {
  const view = ({ state, attempts, error }: TaskState) => ({ state, attempts, error });
  return { variants: view(processing.variants), metadata: view(processing.metadata) };
}

function viewVariant({ name, width, height, size, contentType }: Variant, url: string): VariantBody {
  return { variant_type: name, url, width, height, file_size: size, content_type: contentType };
}

function viewImage(image: Image, category: Category, url: string | null, variants: VariantBody[]): ImageBody {
  return {
    id: image.id,
    original_filename: image.originalFilename,
    file_key: image.originalKey ?? image.incomingKey,
    file_size: image.fileSize,
    content_type: image.contentType,
    width: image.width,
    height: image.height,
    status: image.status,
    title: image.title,
    description: image.description,
    alt_text: image.altText,
    tags: [...image.tags],
    url,
    created_at: image.createdAt.toISOString(),
    updated_at: image.updatedAt.toISOString(),
    category: viewCategory(category),
    processing: viewProcessing(image),
    placeholder: image.placeholder,
    dominant_color: image.dominantColor,
    metadata: image.metadata,
    gps: image.gps,
    failure_code: image.failureCode,
    variants,
  };
}

/** A category is never removed while an image is in it (foreign key). */
function categoryOf(image: Image, categories: readonly Category[]): Category {
  const category = categories.find(({ id }) => id === image.categoryId);
  if (category === undefined) throw new TypeError(`image ${image.id} is in a category that is not there`);
  return category;
}
