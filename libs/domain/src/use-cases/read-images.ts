import type { ImageListBody, ListQuery, OverviewBody, UploadStatusBody } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import type { Image } from '../model/image.ts';
import type { ImageFilter, ImageQueries, PageStart } from '../ports/image-queries.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { UrlSigner } from '../ports/url-signer.ts';
import type { OwnerScope } from './find-image.ts';
import { viewProcessing, type ImageViews } from './image-views.ts';
import { showQuota, type QuotaDependencies } from './show-quota.ts';

export interface ReadDependencies {
  readonly queries: Pick<ImageQueries, 'list' | 'overview'>;
  readonly views: ImageViews;
}

export type OverviewDependencies = ReadDependencies & QuotaDependencies;

const recentUploads = 5;
const dayMs = 86_400_000;

/** One page of a list. `cursor` goes before `page`. Throws `invalid` for a cursor that is not of this list. */
export function listImages({ queries, views }: ReadDependencies) {
  return async (query: ListQuery, scope: OwnerScope): Promise<ImageListBody> => {
    const start: PageStart =
      query.cursor === undefined ? { page: query.page ?? 1 } : { cursor: query.cursor };
    const page = await queries.list(filterOf(query, scope), start, query.page_size);
    return {
      items: await views.summaries(page.items),
      count: page.count,
      next_cursor: page.nextCursor ?? null,
    };
  };
}

/** What the owner has and may have, or what everybody has, by counters; with the five newest completed images. */
export function overviewImages({ queries, views, ...quotas }: OverviewDependencies) {
  const quotaOf = showQuota(quotas);
  return async (scope: OwnerScope): Promise<OverviewBody> => {
    const [quota, overview, recent] = await Promise.all([
      scope === undefined ? null : quotaOf(scope),
      queries.overview(scope),
      queries.list({ ownerId: scope }, { page: 1 }, recentUploads),
    ]);
    return {
      total_images: overview.totalImages,
      total_size: overview.totalSize,
      by_category: overview.byCategory.map(({ name, count, totalSize }) => ({
        category__name: name,
        count,
        total_size: totalSize,
      })),
      by_status: overview.byStatus.map(({ status, count }) => ({ status, count })),
      recent_uploads: await views.summaries(recent.items),
      quota,
    };
  };
}

/** How far an upload has come, with a look at the store itself. */
export function uploadStatus({ objects }: { readonly objects: Pick<ObjectStore, 'head'> }) {
  return async (image: Image, signal?: AbortSignal): Promise<UploadStatusBody> => {
    const head = await objects.head(image.originalKey ?? image.incomingKey, signal);
    return {
      image_id: image.id,
      status: image.status,
      file_exists_in_s3: head !== undefined,
      upload_started_at: image.uploadStartedAt?.toISOString() ?? null,
      upload_completed_at: image.uploadCompletedAt?.toISOString() ?? null,
      processing: viewProcessing(image),
      failure_code: image.failureCode,
    };
  };
}

/**
 * A signed URL that downloads the original, or one variant, under a name like the uploaded file's. Throws `not_found`
 * where there is nothing to download.
 */
export function downloadUrl({ signer }: { readonly signer: Pick<UrlSigner, 'signGet'> }) {
  return async (image: Image, variantName: string | undefined): Promise<string> => {
    if (image.status !== 'completed' || image.originalKey === null) throw nothing('file_not_available');
    if (variantName === undefined) {
      return signer.signGet(image.originalKey, { downloadName: image.originalFilename });
    }
    const variant = image.variants.find(({ name }) => name === variantName);
    if (variant === undefined) throw nothing('variant_not_found');
    const stem = image.originalFilename.replace(/\.[^.]*$/, '');
    const extension = variant.key.slice(variant.key.lastIndexOf('.'));
    return signer.signGet(variant.key, { downloadName: `${stem}_${variant.name}${extension}` });
  };
}

function nothing(reason: string): AppError {
  const what = reason === 'variant_not_found' ? 'There is no such variant' : 'There is no file';
  return new AppError('not_found', `${what} of this image.`, { reason });
}

/** Dates without a time are whole days of UTC; both ends belong to the range. */
function filterOf(query: ListQuery, ownerId: OwnerScope): ImageFilter {
  const { date_from: from, date_to: to } = query;
  const afterEnd = to === undefined ? undefined : new Date(Date.parse(to) + (to.includes('T') ? 1 : dayMs));
  return {
    ownerId,
    categoryId: query.category_id,
    status: query.status,
    search: query.search === '' ? undefined : query.search,
    tags: query.tags,
    from: from === undefined ? undefined : new Date(from),
    before: afterEnd,
  };
}
