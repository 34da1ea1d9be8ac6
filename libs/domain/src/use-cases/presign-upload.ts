import {
  extensionOf,
  isMediaType,
  mediaTypeOfExtension,
  mediaTypes,
  sameFamily,
  type MediaType,
  type PresignRequest,
} from '@darkroom/contracts';
import { AppError, newId, type Clock, type Problem } from '@darkroom/kernel';
import type { Category } from '../model/category.ts';
import { ChangeBuilder } from '../model/image-change.ts';
import { idleTask, type Image } from '../model/image.ts';
import { incomingKey } from '../model/object-keys.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageQueries } from '../ports/image-queries.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { PresignedPost, UrlSigner } from '../ports/url-signer.ts';

export interface PresignDependencies {
  readonly images: Pick<ImageRepository, 'insert'>;
  readonly queries: Pick<ImageQueries, 'findCompletedBySha256'>;
  readonly categories: Pick<CategoryRepository, 'get'>;
  readonly signer: Pick<UrlSigner, 'presignPost'>;
  readonly clock: Clock;
  /** How long a policy is good for, in seconds. */
  readonly policySeconds: number;
}

export interface PresignInput {
  readonly ownerId: string;
  readonly request: PresignRequest;
  /** W3C Trace Context of the request, kept on the row for all that follows. */
  readonly traceparent: string | null;
}

export type PresignOutcome =
  | { readonly kind: 'policy'; readonly image: Image; readonly post: PresignedPost }
  /** The owner has this very file already, and asked to be told. */
  | { readonly kind: 'duplicate'; readonly image: Image };

/**
 * Checks what is to be uploaded, makes the row, and signs a policy for exactly that: key, type, size and expiry. Throws
 * `not_found` for a category that is not there or not active, and `invalid` with all problems by field.
 */
export function presignUpload({
  images,
  queries,
  categories,
  signer,
  clock,
  policySeconds,
}: PresignDependencies) {
  return async ({ ownerId, request, traceparent }: PresignInput): Promise<PresignOutcome> => {
    const category = await categories.get(request.category_id);
    if (!category?.isActive) {
      const message = `There is no active category ${request.category_id}; GET /api/images/categories lists them.`;
      throw new AppError('not_found', message, { reason: 'category_not_found' });
    }
    const contentType = checkFile(request, category);
    const sha256 = request.checksum_sha256 ?? null;
    if (request.on_duplicate === 'reuse' && sha256 !== null) {
      const duplicate = await queries.findCompletedBySha256(ownerId, sha256);
      if (duplicate !== undefined) return { kind: 'duplicate', image: duplicate };
    }
    const now = clock.now();
    const size = request.file_size;
    const key = { id: newId(), ownerId, categoryId: category.id, createdAt: now };
    const post = await signer.presignPost({
      key: incomingKey(key, contentType),
      contentType,
      size,
      sha256,
      expiresInSeconds: policySeconds,
    });
    const declared = { contentType, size, sha256 };
    const image = newImage({
      ...key,
      declared,
      filename: request.filename,
      traceparent,
      expiresAt: post.expiresAt,
    });
    const change = new ChangeBuilder(image, now)
      .note('presigned', { content_type: contentType, size })
      .build();
    await images.insert(change);
    return { kind: 'policy', image: change.image, post };
  };
}

/** The type that the upload will have, or `invalid` with everything that is wrong with it. */
function checkFile(request: PresignRequest, category: Category): MediaType {
  const problems: Problem[] = [];
  const extension = /\.([^.]+)$/.exec(request.filename)?.[1]?.toLowerCase();
  // Browsers give no type for HEIC: then the extension says it
  const declared = request.content_type === '' ? mediaTypeOfExtension(extension ?? '') : request.content_type;
  const allowed = category.allowedExtensions.join(', ');
  if (extension === undefined) {
    problems.push({ path: 'filename', message: `the name needs an extension, one of: ${allowed}` });
  } else if (!category.allowedExtensions.includes(extension)) {
    problems.push({ path: 'filename', message: `"${category.name}" takes ${allowed}, not ${extension}` });
  }
  if (declared === undefined || !isMediaType(declared)) {
    const types = Object.keys(mediaTypes).join(', ');
    problems.push({ path: 'content_type', message: `give one of ${types}` });
  } else if (extension !== undefined && !fits(declared, extension)) {
    problems.push({
      path: 'content_type',
      message: `${declared} goes with .${extensionOf(declared)}, not with .${extension}`,
    });
  }
  if (request.file_size > category.maxFileSize) {
    problems.push({
      path: 'file_size',
      message: `at most ${category.maxFileSize} bytes in "${category.name}"`,
    });
  }
  if (problems.length === 0 && declared !== undefined && isMediaType(declared)) return declared;
  const [first] = problems;
  const message = `This file cannot be uploaded: ${first?.path} ${first?.message}.`;
  throw new AppError('invalid', message, { reason: 'file_not_allowed', problems });
}

function fits(type: MediaType, extension: string): boolean {
  const byName = mediaTypeOfExtension(extension);
  return byName !== undefined && sameFamily(byName, type);
}

interface NewImage {
  readonly id: string;
  readonly ownerId: string;
  readonly categoryId: number;
  readonly createdAt: Date;
  readonly declared: Image['declared'];
  readonly filename: string;
  readonly traceparent: string | null;
  readonly expiresAt: Date;
}

function newImage({ declared, filename, traceparent, expiresAt, ...key }: NewImage): Image {
  return {
    ...key,
    status: 'uploading',
    failureCode: null,
    originalFilename: filename,
    declared,
    incomingKey: incomingKey(key, declared.contentType),
    originalKey: null,
    contentType: declared.contentType,
    fileSize: declared.size,
    width: null,
    height: null,
    sha256: null,
    title: '',
    description: '',
    altText: '',
    tags: [],
    placeholder: null,
    dominantColor: null,
    perceptualHash: null,
    metadata: null,
    gps: null,
    processing: { variants: idleTask, metadata: idleTask },
    variants: [],
    imageSeq: 0,
    timelineSeq: 0,
    traceparent,
    updatedAt: key.createdAt,
    uploadStartedAt: key.createdAt,
    policyExpiresAt: expiresAt,
    uploadCompletedAt: null,
    describedAt: null,
    deletedAt: null,
    statusBeforeDelete: null,
    purgeAfter: null,
  };
}
