import { createHash } from 'node:crypto';
import {
  extensionOf,
  isMediaType,
  mediaTypeOfExtension,
  mediaTypes,
  sameFamily,
  type MediaType,
  type PresignRequest,
} from '@darkroom/contracts';
import { AppError, isAppError, newId, type Clock, type Problem } from '@darkroom/kernel';
import type { Category } from '../model/category.ts';
import { ChangeBuilder } from '../model/image-change.ts';
import { idleTask, type Image } from '../model/image.ts';
import { incomingKey } from '../model/object-keys.ts';
import type { Quota } from '../model/quota.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageQueries } from '../ports/image-queries.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { RequestClaim, RequestKeys } from '../ports/request-keys.ts';
import type { PresignedPost, UrlSigner } from '../ports/url-signer.ts';

export interface PresignDependencies {
  readonly images: Pick<ImageRepository, 'insert' | 'get' | 'update'>;
  readonly queries: Pick<ImageQueries, 'findCompletedBySha256'>;
  readonly requests: RequestKeys;
  readonly categories: Pick<CategoryRepository, 'get'>;
  readonly signer: Pick<UrlSigner, 'presignPost'>;
  readonly clock: Clock;
  /** How long a policy is good for, in seconds. */
  readonly policySeconds: number;
  /** Of owners who have none of their own. */
  readonly quota: Quota;
}

export interface PresignInput {
  readonly ownerId: string;
  readonly request: PresignRequest;
  /** The client's key of this request, by which it may be repeated; undefined: it has none. */
  readonly requestKey?: string | undefined;
  /** W3C Trace Context of the request, kept on the row for all that follows. */
  readonly traceparent: string | null;
}

export type PresignOutcome =
  | { readonly kind: 'policy'; readonly image: Image; readonly post: PresignedPost }
  /** The owner has this very file already, and asked to be told; or what was asked before under this key is done. */
  | { readonly kind: 'duplicate'; readonly image: Image };

/**
 * Checks what is to be uploaded, makes the row, and signs a policy for exactly that: key, type, size and expiry. A request
 * repeated under its key is answered with the image that the first one made, and a policy signed afresh.
 *
 * Throws `not_found` for a category that is not there or not active, `invalid` with all problems by field or with reason
 * `idempotency_key_reused`, `conflict` with reason `idempotency_key_spent` where the upload under this key is over without
 * an image, and `forbidden` with reason `quota_exceeded`.
 */
export function presignUpload(deps: PresignDependencies) {
  const { images, queries, categories, signer, clock, policySeconds, quota } = deps;
  return async (input: PresignInput): Promise<PresignOutcome> => {
    const { ownerId, request, traceparent } = input;
    const claim = claimOf(input, clock.now());
    const repeated = await repeat(deps, ownerId, claim);
    if (repeated !== undefined) return repeated;
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
    const declared = { contentType, size, sha256 };
    const post = await signer.presignPost({
      key: incomingKey(key, contentType),
      ...declared,
      expiresInSeconds: policySeconds,
    });
    const { filename } = request;
    const image = newImage({ ...key, declared, filename, traceparent, expiresAt: post.expiresAt });
    const change = new ChangeBuilder(image, now)
      .note('presigned', { content_type: contentType, size })
      .build();
    try {
      await images.insert(change, { quota, request: claim });
    } catch (error) {
      const twin = mayHaveTwin(error) ? await repeat(deps, ownerId, claim) : undefined;
      if (twin === undefined) throw error;
      return twin;
    }
    return { kind: 'policy', image: change.image, post };
  };
}

/** Half of the time after which the cleanup ends an upload that nothing came for. */
const keyLifeMs = 12 * 3_600_000;

function claimOf({ requestKey: key, request }: PresignInput, now: Date): RequestClaim | undefined {
  if (key === undefined) return undefined;
  const { filename, content_type, file_size, category_id, checksum_sha256, on_duplicate } = request;
  const asked = [filename, content_type, file_size, category_id, checksum_sha256, on_duplicate];
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  return { key, fingerprint, expiresAt: new Date(now.getTime() + keyLifeMs) };
}

/** A twin that was first holds the key since its commit, and may have taken the last place. */
const mayHaveTwin = (error: unknown): boolean =>
  isAppError(error) && ['request_key_taken', 'quota_exceeded'].includes(error.reason);

/** What was made under this key, or undefined where nothing was. */
async function repeat(
  { images, requests, signer, clock, policySeconds }: PresignDependencies,
  ownerId: string,
  claim: RequestClaim | undefined,
): Promise<PresignOutcome | undefined> {
  const now = clock.now();
  const held = claim && (await requests.find(ownerId, claim.key, now));
  if (held === undefined) return undefined;
  if (held.fingerprint !== claim?.fingerprint) {
    throw new AppError('invalid', 'This Idempotency-Key was used for another request: make a new one.', {
      reason: 'idempotency_key_reused',
    });
  }
  const found = await images.get(held.imageId);
  if (found === undefined) throw spent();
  const { contentType, size, sha256 } = found.declared;
  const post = await signer.presignPost({
    ...{ key: found.incomingKey, contentType, size, sha256 },
    expiresInSeconds: policySeconds,
  });
  const image = await images.update(found.id, (row) =>
    isOpen(row)
      ? new ChangeBuilder(row, now).set({ uploadStartedAt: now, policyExpiresAt: post.expiresAt }).build()
      : undefined,
  );
  if (image?.status === 'completed') return { kind: 'duplicate', image };
  if (image === undefined || !isOpen(image)) throw spent();
  return { kind: 'policy', image, post };
}

const isOpen = ({ status }: Image): boolean => status === 'pending' || status === 'uploading';

function spent(): AppError {
  const message = 'The upload under this Idempotency-Key has failed or was deleted: make a new key.';
  return new AppError('conflict', message, { reason: 'idempotency_key_spent' });
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
    version: 0,
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
