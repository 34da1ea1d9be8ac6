export type {
  CategoryBody,
  Description,
  FailureCode,
  ImageBody,
  ImageSummaryBody,
  PresignedUploadBody,
  ProblemBody,
  TimelineEntryBody,
  VariantBody,
} from './contract.ts';
export { ApiError, NetworkError } from './api-error.ts';
export { checkFile, type CategoryLimits } from './check-file.ts';
export { delay } from './delay.ts';
export type { Locale } from './failure-texts.ts';
export {
  type LiveEntry,
  watchImages,
  type WatchImagesOptions,
  type WatchOptions,
  watchTimeline,
} from './live/watch-images.ts';
export { resizeTo, type ResizeOptions, type Transform } from './resize-to.ts';
export { type Token, tokenSource, type TokenSource } from './tokens.ts';
export {
  type ApiRequest,
  type Ask,
  createAsk,
  createTransport,
  type MoreHeaders,
  type Send,
} from './transport.ts';
export { createUploadApi, type FileToPresign, type PresignedUpload, type UploadApi } from './upload-api.ts';
export {
  failureText,
  isRetryable,
  type LocalFailureCode,
  type StageName,
  UploadError,
  type UploadErrorCode,
  type UploadFailure,
} from './upload-error.ts';
export type { UploadHandle } from './upload-handle.ts';
export { type Upload, UploadList, type UploadListOptions } from './upload-list.ts';
export {
  createUploader,
  upload,
  type Uploader,
  type UploaderOptions,
  type UploadOptions,
} from './uploader.ts';
export {
  canCancel,
  isEnded,
  isSettled,
  stageNames,
  stagesOf,
  type Stages,
  type StageState,
  type UploadPhase,
  type UploadProgress,
  type UploadState,
} from './upload-state.ts';
export { type ImageWatch, pollImage, type WatchImage } from './watch-image.ts';
