export {
  type FailureCode,
  failureCodes,
  type ImageStatus,
  imageStatuses,
  type ProcessingStateName,
  processingStates,
  type ProcessingTask,
  processingTasks,
  type TimelineType,
  timelineTypes,
  visibilities,
  type Visibility,
} from './codes.ts';
export {
  type BusListener,
  type BusRecord,
  type BusSubscription,
  type Delivery,
  type DeliveryStore,
  type EventBus,
} from './event-bus.ts';
export { eventSource, parseEvent, recordOfEvent, typeOfRecord, type EventRecord } from './event-record.ts';
export { murmur2, partitionCount, partitionOf } from './partition.ts';
export {
  type DarkroomEvent,
  type EventData,
  type EventOf,
  eventSchemas,
  type EventType,
  eventTypes,
  eventVersion,
} from './events.ts';
export {
  completeRequestSchema,
  describeSchema,
  type Description,
  fileNameSchema,
  type ListQuery,
  listQuerySchema,
  type PresignRequest,
  presignRequestSchema,
  rebuildRequestSchema,
  sha256Schema,
} from './http-requests.ts';
export {
  type CategoryBody,
  categorySchema,
  type ImageBody,
  type ImageListBody,
  imageListSchema,
  imageSchema,
  type ImageSummaryBody,
  imageSummarySchema,
  type OverviewBody,
  overviewSchema,
  type PresignedUploadBody,
  presignedUploadSchema,
  type ProblemBody,
  problemSchema,
  processingSchema,
  type TimelineEntryBody,
  timelineEntrySchema,
  type UploadStatusBody,
  uploadStatusSchema,
  type VariantBody,
  variantSchema,
} from './http-responses.ts';
export {
  extensionOf,
  isMediaType,
  type MediaType,
  mediaTypeNames,
  mediaTypeOfExtension,
  mediaTypes,
  sameFamily,
} from './media-types.ts';
export {
  eventBridgeSchema,
  s3NotificationSchema,
  s3TestEventSchema,
  snsEnvelopeSchema,
} from './s3-notification.ts';
