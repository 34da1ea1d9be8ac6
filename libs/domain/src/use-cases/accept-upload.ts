import type { FailureCode, MediaType } from '@darkroom/contracts';
import { annotateSpan, inSpan, joiningTrace, type Clock } from '@darkroom/kernel';
import type { Category } from '../model/category.ts';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { newOriginalKey } from '../model/object-keys.ts';
import { withTask } from '../model/processing.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageInspector } from '../ports/image-engine.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import type { ObjectHeaders, ObjectStore } from '../ports/object-store.ts';
import type { Scratch } from '../ports/scratch.ts';
import type { UploadInspector } from '../ports/upload-inspector.ts';
import type { AcceptOutcome } from './accept-outcome.ts';
import { refuseUpload } from './reject-image.ts';
import {
  checkStart,
  isRefusal,
  sniffBytes,
  verifyFile,
  type Refusal,
  type VerifiedFile,
} from './verify-upload.ts';

export interface AcceptDependencies {
  readonly images: ImageRepository;
  readonly categories: CategoryRepository;
  readonly objects: ObjectStore;
  readonly maintenance: ObjectMaintenance;
  readonly imageInspector: ImageInspector;
  /** Undefined where none is configured. */
  readonly uploadInspector: UploadInspector | undefined;
  readonly scratch: Scratch;
  readonly clock: Clock;
}

/** An upload by its image or by its key under `incoming/`. */
export type UploadReference = { readonly imageId: string } | { readonly key: string };
export interface AcceptOptions {
  readonly signal?: AbortSignal;
  /** Runs the acceptance of a known image; for who has a span of its own to put around it, on the image's trace. */
  readonly within?: <T>(image: Image, accept: () => Promise<T>) => Promise<T>;
}
export type AcceptUpload = (reference: UploadReference, options?: AcceptOptions) => Promise<AcceptOutcome>;

/** Originals are downloaded, never shown by themselves, and no shared cache may keep them. */
const privateHeaders = { cacheControl: 'private, no-store', contentDisposition: 'attachment' };

/**
 * Accepts or refuses what lies in `incoming/` for an image, as docs/architecture.md says ("Accepting an upload").
 * May run any number of times and side by side for one image: one call settles it. An outage of the store, the database
 * or the inspector throws `unavailable` and decides nothing. An image that has failed stays failed, even where its
 * object arrives after it was given up (`upload_expired`): its policy had run out, and `ImageRejected` has been told.
 */
export function acceptUpload(deps: AcceptDependencies): AcceptUpload {
  return async (reference, { signal, within = directly } = {}) => {
    const image = await find(deps, reference);
    if (image === undefined) return { kind: 'unknown' };
    return within(image, () => traced(image, () => settle(deps, image, signal)));
  };
}

const directly = <T>(_image: Image, accept: () => Promise<T>): Promise<T> => accept();

/** On the image's own trace, whoever found the upload. */
function traced(image: Image, work: () => Promise<AcceptOutcome>): Promise<AcceptOutcome> {
  const attributes = { 'darkroom.image.id': image.id, 'darkroom.image.bytes': image.declared.size };
  return inSpan('accept upload', { ...joiningTrace(image.traceparent), attributes }, async () => {
    const outcome = await work();
    annotateSpan({
      'darkroom.accept.outcome': outcome.kind,
      ...(outcome.kind === 'rejected' && { 'darkroom.failure.code': outcome.code }),
    });
    return outcome;
  });
}

async function settle(
  deps: AcceptDependencies,
  image: Image,
  signal: AbortSignal | undefined,
): Promise<AcceptOutcome> {
  if (!isOpen(image)) return sweep(deps, image);
  const incoming = await deps.objects.head(image.incomingKey, signal);
  const head = incoming && (await deps.objects.readStart(image.incomingKey, sniffBytes, signal));
  if (incoming === undefined || head === undefined) return missing(deps, image);

  const category = await deps.categories.get(image.categoryId);
  const type = checkStart(image.declared, category, incoming.size, deps.imageInspector.sniff(head));
  if (isRefusal(type)) return refuse(deps, image, type);
  const copy = newOriginalKey(image, type);
  const headers: ObjectHeaders = { contentType: type, ...privateHeaders };
  if (!(await deps.objects.copy(image.incomingKey, copy, headers, signal))) return missing(deps, image);

  const verdict = await examineOrDrop(deps, image, category, copy, type, signal);
  if (isRefusal(verdict)) {
    await deps.maintenance.remove([copy]);
    return refuse(deps, image, verdict);
  }
  return promote(deps, image, copy, verdict, incoming.lastModified);
}

function find({ images }: AcceptDependencies, reference: UploadReference): Promise<Image | undefined> {
  return 'imageId' in reference ? images.get(reference.imageId) : images.findByIncomingKey(reference.key);
}

/** Whether the image still waits for its upload to be settled. */
function isOpen(image: Image): boolean {
  return image.status === 'pending' || image.status === 'uploading';
}

/** Nothing in `incoming/`: either nothing has come yet, or someone else has settled it just now. */
async function missing({ images }: AcceptDependencies, image: Image): Promise<AcceptOutcome> {
  const current = await images.get(image.id);
  if (current === undefined) return { kind: 'unknown' };
  return isOpen(current) ? { kind: 'absent', image: current } : settled(current);
}

function settled(image: Image): AcceptOutcome {
  if (image.status !== 'failed') return { kind: 'settled', image };
  return { kind: 'rejected', image, code: codeOf(image) };
}

function codeOf(image: Image): FailureCode {
  if (image.failureCode === null) throw new TypeError(`image ${image.id} failed without a code`);
  return image.failureCode;
}

/** The image is settled: whatever lies in `incoming/` for it now was sent again, or left by a crash. */
async function sweep({ maintenance }: AcceptDependencies, image: Image): Promise<AcceptOutcome> {
  await maintenance.remove([image.incomingKey]);
  return settled(image);
}

/** Examines the copy. Where that cannot be finished nobody will ever point at the copy, so it goes. */
async function examineOrDrop(
  deps: AcceptDependencies,
  image: Image,
  category: Category | undefined,
  copy: string,
  type: MediaType,
  signal: AbortSignal | undefined,
): Promise<VerifiedFile | Refusal> {
  try {
    return await examine(deps, image, category, copy, type, signal);
  } catch (error) {
    // The first error is the one to tell of; a copy that cannot be removed now is the reconciler's
    await deps.maintenance.remove([copy]).catch(() => undefined);
    throw error;
  }
}

async function examine(
  { objects, scratch, imageInspector, uploadInspector }: AcceptDependencies,
  image: Image,
  category: Category | undefined,
  copy: string,
  type: MediaType,
  signal: AbortSignal | undefined,
): Promise<VerifiedFile | Refusal> {
  const verified = await scratch.withFile(async (path) => {
    if (!(await objects.download(copy, path, signal))) {
      throw new TypeError(`the copy ${copy} is gone while it is looked at`);
    }
    return verifyFile(path, image.declared, category, imageInspector);
  });
  if (isRefusal(verified)) return verified;
  if (verified.contentType !== type) {
    return { code: 'type_mismatch', detail: 'the upload was replaced while it was looked at' };
  }
  const verdict = await uploadInspector?.check(image, copy, signal);
  if (verdict === undefined || verdict.allowed) return verified;
  return { code: 'inspector_refused', detail: verdict.reason };
}

async function refuse(deps: AcceptDependencies, image: Image, refusal: Refusal): Promise<AcceptOutcome> {
  const after = await deps.images.update(image.id, (current) =>
    refuseUpload(current, refusal, deps.clock.now()),
  );
  if (after === undefined) {
    await deps.maintenance.remove([image.incomingKey]);
    return { kind: 'unknown' };
  }
  return sweep(deps, after);
}

/**
 * The one transaction that accepts. From the moment it is sent the copy is not ours to remove on an error: the commit
 * may have gone through without our being told.
 */
async function promote(
  deps: AcceptDependencies,
  { id, incomingKey }: Image,
  copy: string,
  verified: VerifiedFile,
  arrivedAt: Date,
): Promise<AcceptOutcome> {
  const after = await deps.images.update(id, (current) =>
    isOpen(current) ? accepted(current, copy, verified, arrivedAt, deps.clock.now()) : undefined,
  );
  const won = after?.originalKey === copy;
  await deps.maintenance.remove(won ? [incomingKey] : [incomingKey, copy]);
  if (after === undefined) return { kind: 'unknown' };
  return won ? { kind: 'accepted', image: after } : settled(after);
}

function accepted(
  image: Image,
  originalKey: string,
  { contentType, facts, size, sha256 }: VerifiedFile,
  arrivedAt: Date,
  now: Date,
): ImageChange {
  const change = new ChangeBuilder(image, now);
  const asked = { state: 'pending', requestedSeq: change.nextSeq } as const;
  return change
    .set(withTask(change.image, 'variants', asked))
    .set(withTask(change.image, 'metadata', asked))
    .set({
      status: 'completed',
      originalKey,
      contentType,
      fileSize: size,
      width: facts.width,
      height: facts.height,
      sha256,
      uploadCompletedAt: now,
    })
    .note('stored', { arrived_at: arrivedAt.toISOString(), size })
    .note('accepted', { content_type: contentType, width: facts.width, height: facts.height })
    .emit('ImageUploaded', {
      key: originalKey,
      content_type: contentType,
      size,
      width: facts.width,
      height: facts.height,
      sha256,
    })
    .build();
}
