import {
  failureText,
  type StageName,
  type StageState,
  type UploadFailure,
  type UploadPhase,
} from '@darkroom/upload-client';

const files = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'file' : 'files'}`;

/** Every word that the components show, in English. Another language is another object of this shape. */
export const en = {
  title: 'Upload images',
  drop: 'Drop images here, or paste them',
  /** In place of `drop` on what is touched. */
  add: 'Add images',
  dropNow: 'Let go to upload',
  choose: 'Choose files',
  camera: 'Take a photo',
  limits: (types: string, size: string) => `${types}, up to ${size} each`,
  category: 'Category',
  noCategories: 'Uploads are switched off: there is no active category.',
  unavailable: 'Uploading is not possible just now.',
  tryAgain: 'Try again',
  listTitle: 'Uploads',
  summary: (ready: number, failed: number, total: number) =>
    `${ready} of ${total} ready${failed > 0 ? `, ${failed} not uploaded` : ''}`,
  clear: 'Clear finished',
  cancelFile: (name: string) => `Cancel ${name}`,
  retryFile: (name: string) => `Try ${name} again`,
  dismissFile: (name: string) => `Remove ${name} from this list`,
  progressOf: (name: string) => `Sending ${name}`,
  sent: (sent: string, total: string) => `${sent} of ${total}`,
  phases: {
    waiting: 'Waiting for its turn',
    preparing: 'Preparing',
    sending: 'Sending',
    verifying: 'Checking',
    processing: 'Processing',
    ready: 'Ready',
    failed: 'Not uploaded',
    canceled: 'Cancelled',
  } as Readonly<Record<UploadPhase, string>>,
  stalled: 'Waiting for the connection',
  duplicate: 'You had this one already',
  stagesOf: (name: string) => `Stages of ${name}`,
  stages: {
    stored: 'Stored',
    verified: 'Verified',
    variants: 'Variants',
    metadata: 'Metadata',
  } as Readonly<Record<StageName, string>>,
  stageStates: {
    todo: 'to do',
    active: 'in progress',
    done: 'done',
    failed: 'failed',
  } as Readonly<Record<StageState, string>>,
  announceAdded: (n: number) => `${files(n)} added`,
  announceReady: (name: string) => `${name} is ready`,
  announceCanceled: (name: string) => `${name} cancelled`,
  announceFailed: (name: string, what: string) => `${name}: ${what}`,
  /** What happened to an upload, and what to do about it. */
  failure: (failure: Pick<UploadFailure, 'code' | 'detail'>) => failureText(failure, 'en'),
};
