export type { DeclaredFile, GpsPosition, Image, Lease, TaskState, Variant } from './model/image.ts';
export { idleTask } from './model/image.ts';
export type { Category } from './model/category.ts';
export { expectVersion, type ExpectedVersions } from './model/expected-versions.ts';
export {
  countedStatuses,
  isLimited,
  keepWithin,
  usageGrowth,
  type Quota,
  type Usage,
} from './model/quota.ts';
export {
  defaultPresets,
  presetProblems,
  variantHash,
  type Preset,
  type VariantFormat,
} from './model/preset.ts';
export {
  imageIdOfKey,
  incomingKey,
  isOwnKey,
  isPublicKey,
  keyPrefixesOf,
  newOriginalKey,
  ownerSegment,
  prefixes,
  variantKey,
  type KeyParts,
} from './model/object-keys.ts';
export { searchNeedles, searchText } from './model/search-text.ts';
export { ChangeBuilder, type Garbage, type ImageChange, type TimelineEntry } from './model/image-change.ts';
export {
  decideClaim,
  holdsClaim,
  requestReprocess,
  withTask,
  type Claim,
  type ClaimDecision,
} from './model/processing.ts';
export type { ImageRepository, InsertTerms } from './ports/image-repository.ts';
export type { QuotaRepository } from './ports/quota-repository.ts';
export type { HeldRequest, RequestClaim, RequestKeys } from './ports/request-keys.ts';
export type { StreamTicket, StreamTickets } from './ports/stream-tickets.ts';
export type {
  FollowedLog,
  LogFollower,
  LoggedEntry,
  LogPage,
  LogRange,
  TimelineLog,
} from './ports/timeline-log.ts';
export type { ImageFilter, ImagePage, ImageQueries, Overview, PageStart } from './ports/image-queries.ts';
export type { CategoryRepository } from './ports/category-repository.ts';
export type { PresetRepository } from './ports/preset-repository.ts';
export type {
  GarbageRepository,
  MaintenanceQueries,
  RetentionRepository,
} from './ports/maintenance-queries.ts';
export type { ObjectHead, ObjectHeaders, ObjectStore } from './ports/object-store.ts';
export type { AbandonedUpload, ListedObject, ObjectMaintenance } from './ports/object-maintenance.ts';
export type { PresignedPost, UploadPolicy, UrlSigner } from './ports/url-signer.ts';
export type {
  BuildResult,
  BuiltVariant,
  ExtractedMetadata,
  ExtractionResult,
  ImageFacts,
  ImageInspector,
  InspectionResult,
  MetadataExtractor,
  VariantBuilder,
} from './ports/image-engine.ts';
export type { InspectorVerdict, UploadInspector } from './ports/upload-inspector.ts';
export type { NotificationQueue, QueueMessage } from './ports/notification-queue.ts';
export type { AcceptOutcome } from './use-cases/accept-outcome.ts';
export type { Scratch } from './ports/scratch.ts';
export {
  failTask,
  runTask,
  type TaskDependencies,
  type TaskOutcome,
  type TaskRequest,
  type WorkResult,
} from './use-cases/run-task.ts';
export {
  buildImageVariants,
  type BuildVariantsDependencies,
  type BuildVariantsRequest,
} from './use-cases/build-image-variants.ts';
export {
  extractImageMetadata,
  type ExtractMetadataDependencies,
} from './use-cases/extract-image-metadata.ts';
export {
  acceptUpload,
  type AcceptDependencies,
  type AcceptOptions,
  type AcceptUpload,
  type UploadReference,
} from './use-cases/accept-upload.ts';
export { completeUpload, type CompleteDependencies } from './use-cases/complete-upload.ts';
export { objectsOf, refuseUpload, rejectLate, type RejectDependencies } from './use-cases/reject-image.ts';
export { purgeImage, type PurgeDependencies, type PurgeOutcome } from './use-cases/purge-image.ts';
export {
  backfillVariants,
  type BackfillDependencies,
  type BackfillOptions,
  type BackfillResult,
} from './use-cases/backfill-variants.ts';
export {
  misplacedVariants,
  moveVariants,
  type MoveOutcome,
  type MoveVariantsDependencies,
} from './use-cases/move-variants.ts';
export { reapUpload, type ReapDependencies } from './use-cases/reap-upload.ts';
export { reprocessImage, type ReprocessDependencies } from './use-cases/reprocess-image.ts';
export { type Refusal } from './use-cases/verify-upload.ts';
export {
  mostWebhookEndpoints,
  newWebhookEndpoint,
  mostPreviousSecrets,
  secretOverlapMs,
  withNewSecret,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
} from './model/webhook.ts';
export {
  webhookPausesMs,
  webhookVerdict,
  type AttemptFacts,
  type WebhookVerdict,
} from './model/webhook-schedule.ts';
export type { WebhookEndpoints } from './ports/webhook-endpoints.ts';
export type { DeliveryPage, WebhookDeliveries, WebhookDeliveryDetail } from './ports/webhook-deliveries.ts';
export type { TakenWebhook, TakeOptions, WebhookEvent, WebhookQueue } from './ports/webhook-queue.ts';
export type { DeadLetter, DeadLetterFilter, DeadLetterMessage, DeadLetters } from './ports/dead-letters.ts';
export {
  presignUpload,
  type PresignDependencies,
  type PresignInput,
  type PresignOutcome,
} from './use-cases/presign-upload.ts';
export { updateImage, type UpdateDependencies } from './use-cases/update-image.ts';
export { deleteImage, type DeleteDependencies, type DeleteOutcome } from './use-cases/delete-image.ts';
export { requestVariants, type RequestVariantsDependencies } from './use-cases/request-variants.ts';
export { restoreImage, type RestoreDependencies } from './use-cases/restore-image.ts';
export { changeImage, findImage, isVisible, type OwnerScope } from './use-cases/find-image.ts';
export {
  imageViews,
  viewCategory,
  viewProcessing,
  type ImageViews,
  type ViewDependencies,
} from './use-cases/image-views.ts';
export {
  downloadUrl,
  listImages,
  overviewImages,
  uploadStatus,
  type OverviewDependencies,
  type ReadDependencies,
} from './use-cases/read-images.ts';
export { showQuota, type QuotaDependencies } from './use-cases/show-quota.ts';
