import type { ImageBody } from './contract.ts';
import type { StageName, UploadError } from './upload-error.ts';

/**
 * Where one upload stands: waiting for its turn, preparing (checksum, policy), sending to S3, being verified, being
 * processed; then one of three ends.
 */
export type UploadPhase =
  'waiting' | 'preparing' | 'sending' | 'verifying' | 'processing' | 'ready' | 'failed' | 'canceled';

/** One upload at one moment. Never changed in place: each step makes another object. */
export interface UploadState {
  readonly phase: UploadPhase;
  readonly sentBytes: number;
  /** Of the file as it is sent, which a transform may have made smaller. */
  readonly totalBytes: number;
  /** Waiting for the connection, or for a pause to pass, before the next attempt. */
  readonly stalled: boolean;
  /** The image was there already: nothing was sent. */
  readonly duplicate: boolean;
  readonly imageId: string | undefined;
  readonly image: ImageBody | undefined;
  readonly failure: UploadError | undefined;
}

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export type UploadChange = Partial<UploadState>;

export const freshState: UploadState = {
  phase: 'waiting',
  sentBytes: 0,
  totalBytes: 0,
  stalled: false,
  duplicate: false,
  imageId: undefined,
  image: undefined,
  failure: undefined,
};

export const stageNames = ['stored', 'verified', 'variants', 'metadata'] as const satisfies StageName[];
export type StageState = 'todo' | 'active' | 'done' | 'failed';
export type Stages = Readonly<Record<StageName, StageState>>;

const cancelable: readonly UploadPhase[] = ['waiting', 'preparing', 'sending'];
const ended: readonly UploadPhase[] = ['ready', 'failed', 'canceled'];

export function isEnded({ phase }: UploadState): boolean {
  return ended.includes(phase);
}

/** Its bytes are not all stored yet: from then on there is an image, and only deleting that undoes it. */
export function canCancel({ phase }: UploadState): boolean {
  return cancelable.includes(phase);
}

/** The four stages as a person sees them. What follows a failure stays undone. */
export function stagesOf(upload: UploadState): Stages {
  const { phase, image } = upload;
  const over = phase === 'failed' || phase === 'canceled';
  const stored = phase === 'verifying' || phase === 'processing' || phase === 'ready';
  const accepted = image?.status === 'completed';
  const refused = phase === 'failed' && upload.failure?.stage === 'verified';
  return {
    stored: stored || accepted || refused ? 'done' : storedState(upload),
    verified: accepted ? 'done' : refused ? 'failed' : stored && !over ? 'active' : 'todo',
    variants: accepted ? taskState(image.processing.variants.state) : 'todo',
    metadata: accepted ? taskState(image.processing.metadata.state) : 'todo',
  };
}

function storedState({ phase }: UploadState): StageState {
  if (phase === 'failed') return 'failed';
  return phase === 'sending' || phase === 'preparing' ? 'active' : 'todo';
}

function taskState(state: ImageBody['processing']['variants']['state']): StageState {
  if (state === 'ready') return 'done';
  return state === 'failed' ? 'failed' : 'active';
}

/** Nothing more will happen to it by itself. */
export function isSettled(image: ImageBody): boolean {
  if (image.status === 'failed' || image.status === 'deleted') return true;
  const { variants, metadata } = image.processing;
  const finished = (state: string) => state === 'ready' || state === 'failed';
  return image.status === 'completed' && finished(variants.state) && finished(metadata.state);
}
