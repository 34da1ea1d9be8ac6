import type { FailureCode, ImageStatus, MediaType, ProcessingTask } from '@darkroom/contracts';
import { searchText, type GpsPosition, type Image, type TaskState, type Variant } from '@darkroom/domain';
import { storableJson } from '../database/storable-json.ts';

type StoredTask = Omit<TaskState, 'lease'> & {
  readonly lease: { readonly token: string; readonly expiresAt: string } | null;
};

/** A row of `images` as pg gives it (`bigint` as text), with its variants. */
export interface ImageRow {
  readonly id: string;
  readonly owner_id: string;
  readonly category_id: number;
  readonly status: ImageStatus;
  readonly failure_code: FailureCode | null;
  readonly original_filename: string;
  readonly declared_content_type: MediaType;
  readonly declared_size: string;
  readonly declared_sha256: string | null;
  readonly incoming_key: string;
  readonly original_key: string | null;
  readonly content_type: MediaType;
  readonly file_size: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly sha256: string | null;
  readonly title: string;
  readonly description: string;
  readonly alt_text: string;
  readonly tags: readonly string[];
  readonly placeholder: string | null;
  readonly dominant_color: string | null;
  readonly perceptual_hash: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly gps: GpsPosition | null;
  readonly processing: Readonly<Record<ProcessingTask, StoredTask>>;
  readonly version: number;
  readonly image_seq: number;
  readonly timeline_seq: number;
  readonly traceparent: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly upload_started_at: Date | null;
  readonly policy_expires_at: Date | null;
  readonly upload_completed_at: Date | null;
  readonly described_at: Date | null;
  readonly deleted_at: Date | null;
  readonly status_before_delete: ImageStatus | null;
  readonly purge_after: Date | null;
  readonly variants: readonly Variant[] | null;
}

const columns = [
  ...['id', 'owner_id', 'category_id', 'status', 'failure_code', 'original_filename'],
  ...['declared_content_type', 'declared_size', 'declared_sha256', 'incoming_key', 'original_key'],
  ...['content_type', 'file_size', 'width', 'height', 'sha256', 'title', 'description', 'alt_text', 'tags'],
  ...['placeholder', 'dominant_color', 'perceptual_hash', 'metadata', 'gps', 'processing'],
  ...['version', 'image_seq', 'timeline_seq', 'traceparent', 'created_at', 'updated_at', 'upload_started_at'],
  ...[
    'policy_expires_at',
    'upload_completed_at',
    'described_at',
    'deleted_at',
    'status_before_delete',
    'purge_after',
  ],
];

/** The select list that {@link toImage} needs, of a table or alias `images`. */
export const imageSelection = `${columns.map((column) => `images.${column}`).join(', ')}, (
  select jsonb_agg(jsonb_build_object('name', v.name, 'key', v.key, 'width', v.width, 'height', v.height,
    'size', v.size, 'contentType', v.content_type) order by v.position)
  from image_variants v where v.image_id = images.id) as variants`;

function toTask({ lease, ...rest }: StoredTask): TaskState {
  return { ...rest, lease: lease && { token: lease.token, expiresAt: new Date(lease.expiresAt) } };
}

export function toImage(row: ImageRow): Image {
  return {
    id: row.id,
    ownerId: row.owner_id,
    categoryId: row.category_id,
    status: row.status,
    failureCode: row.failure_code,
    originalFilename: row.original_filename,
    declared: {
      contentType: row.declared_content_type,
      size: Number(row.declared_size),
      sha256: row.declared_sha256,
    },
    incomingKey: row.incoming_key,
    originalKey: row.original_key,
    contentType: row.content_type,
    fileSize: Number(row.file_size),
    width: row.width,
    height: row.height,
    sha256: row.sha256,
    title: row.title,
    description: row.description,
    altText: row.alt_text,
    tags: row.tags,
    placeholder: row.placeholder,
    dominantColor: row.dominant_color,
    perceptualHash: row.perceptual_hash,
    metadata: row.metadata,
    gps: row.gps,
    processing: { variants: toTask(row.processing.variants), metadata: toTask(row.processing.metadata) },
    variants: row.variants ?? [],
    version: row.version,
    imageSeq: row.image_seq,
    timelineSeq: row.timeline_seq,
    traceparent: row.traceparent,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    uploadStartedAt: row.upload_started_at,
    policyExpiresAt: row.policy_expires_at,
    uploadCompletedAt: row.upload_completed_at,
    describedAt: row.described_at,
    deletedAt: row.deleted_at,
    statusBeforeDelete: row.status_before_delete,
    purgeAfter: row.purge_after,
  };
}

/** Values of the columns of `images`, ready to be bound; JSON as text. */
export type StoredImage = Readonly<Record<string, string | number | Date | null | readonly string[]>>;

export function toRow(image: Image): StoredImage {
  return {
    id: image.id,
    owner_id: image.ownerId,
    category_id: image.categoryId,
    status: image.status,
    failure_code: image.failureCode,
    original_filename: image.originalFilename,
    declared_content_type: image.declared.contentType,
    declared_size: image.declared.size,
    declared_sha256: image.declared.sha256,
    incoming_key: image.incomingKey,
    original_key: image.originalKey,
    content_type: image.contentType,
    file_size: image.fileSize,
    width: image.width,
    height: image.height,
    sha256: image.sha256,
    title: image.title,
    description: image.description,
    alt_text: image.altText,
    tags: image.tags,
    search_text: searchText(image),
    placeholder: image.placeholder,
    dominant_color: image.dominantColor,
    perceptual_hash: image.perceptualHash,
    metadata: image.metadata && storableJson(image.metadata),
    gps: image.gps && storableJson(image.gps),
    processing: storableJson(image.processing),
    version: image.version,
    image_seq: image.imageSeq,
    timeline_seq: image.timelineSeq,
    traceparent: image.traceparent,
    created_at: image.createdAt,
    updated_at: image.updatedAt,
    upload_started_at: image.uploadStartedAt,
    policy_expires_at: image.policyExpiresAt,
    upload_completed_at: image.uploadCompletedAt,
    described_at: image.describedAt,
    deleted_at: image.deletedAt,
    status_before_delete: image.statusBeforeDelete,
    purge_after: image.purgeAfter,
  };
}

/** The columns of `after` whose value differs: what is unchanged, EXIF above all, need not be written again. */
export function changedColumns(before: StoredImage, after: StoredImage): StoredImage {
  const differs = ([column, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[column]);
  return Object.fromEntries(Object.entries(after).filter(differs));
}
