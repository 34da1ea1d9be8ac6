/** Why an upload was refused; stands in `failure_code` of an image and in `ImageRejected`. */
export const failureCodes = [
  'size_mismatch',
  'type_mismatch',
  'type_not_allowed',
  'not_an_image',
  'too_many_pixels',
  'checksum_mismatch',
  'inspector_refused',
  'undecodable',
  'upload_expired',
  'object_lost',
] as const;
export type FailureCode = (typeof failureCodes)[number];

export const imageStatuses = ['pending', 'uploading', 'completed', 'failed', 'deleted'] as const;
export type ImageStatus = (typeof imageStatuses)[number];

export const processingTasks = ['variants', 'metadata'] as const;
export type ProcessingTask = (typeof processingTasks)[number];

export const processingStates = ['pending', 'running', 'ready', 'failed'] as const;
export type ProcessingStateName = (typeof processingStates)[number];

export const visibilities = ['public', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

/** What a timeline entry can tell of, in the order in which a usual upload meets them. */
export const timelineTypes = [
  'presigned',
  'stored',
  'accepted',
  'rejected',
  'described',
  'variants_started',
  'variants_ready',
  'metadata_started',
  'metadata_ready',
  'metadata_warning',
  'processing_retried',
  'processing_failed',
  'reprocess_requested',
  'updated',
  'deleted',
  'restored',
  'repaired',
] as const;
export type TimelineType = (typeof timelineTypes)[number];
