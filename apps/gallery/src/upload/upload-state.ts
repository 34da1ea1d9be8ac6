import type { ImageBody } from '@darkroom/contracts';
import type { UploadFailure } from './failure.ts';

/**
 * Where one upload stands: waiting for its turn, asking for a policy, sending to S3, being verified, being
 * processed; then one of three ends.
 */
export type UploadPhase =
  'waiting' | 'preparing' | 'sending' | 'verifying' | 'processing' | 'ready' | 'failed' | 'canceled';

/** One file on its way. Never changed in place: each step makes another object. */
export interface Upload {
  /** Ours, not the server's; stays the same over retries. */
  readonly key: string;
  readonly file: File;
  readonly categoryId: number;
  readonly phase: UploadPhase;
  readonly sentBytes: number;
  /** Waiting for the connection to come back before the next attempt. */
  readonly stalled: boolean;
  readonly imageId: string | undefined;
  readonly image: ImageBody | undefined;
  readonly failure: UploadFailure | undefined;
}

export type UploadChange = Partial<Omit<Upload, 'key' | 'file' | 'categoryId'>>;

export const stageNames = ['stored', 'verified', 'variants', 'metadata'] as const;
export type StageName = (typeof stageNames)[number];
export type StageState = 'todo' | 'active' | 'done' | 'failed';
export type Stages = Readonly<Record<StageName, StageState>>;

const cancelable: readonly UploadPhase[] = ['waiting', 'preparing', 'sending'];
const ended: readonly UploadPhase[] = ['ready', 'failed', 'canceled'];

export function isEnded(upload: Upload): boolean {
  return ended.includes(upload.phase);
}

/** Its bytes are not all stored yet: from then on there is an image, and only deleting that undoes it. */
export function canCancel(upload: Upload): boolean {
  return cancelable.includes(upload.phase);
}

/** The four stages as a person sees them. What follows a failure stays undone. */
export function stagesOf(upload: Upload): Stages {
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

function storedState(upload: Upload): StageState {
  if (upload.phase === 'failed') return 'failed';
  return upload.phase === 'sending' || upload.phase === 'preparing' ? 'active' : 'todo';
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
