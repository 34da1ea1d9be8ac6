import { newId } from '@darkroom/kernel';
import type { ProcessingTask } from '@darkroom/contracts';
import { idleTask, type Image, type TaskState } from './image.ts';
import type { ChangeBuilder } from './image-change.ts';

export interface Claim {
  readonly task: ProcessingTask;
  readonly token: string;
}

/** What a worker may do about an event that asks for `task`, looking at the row as it is now. */
export type ClaimDecision =
  | { readonly kind: 'claim'; readonly claim: Claim; readonly state: TaskState }
  | { readonly kind: 'skip'; readonly reason: 'not_completed' | 'overtaken' | 'done' }
  | { readonly kind: 'wait'; readonly forMs: number }
  /** So many workers began it and none came to an end: the file probably takes its process down. */
  | { readonly kind: 'exhausted'; readonly attempts: number };

/**
 * Claims after which a task is given up. Failures that are told of are counted by the consumer loop, with fewer attempts;
 * this bounds those that nobody lives to tell of. Far above what deployments and lost machines come to.
 */
const mostClaims = 25;

export function decideClaim(
  image: Image,
  task: ProcessingTask,
  imageSeq: number,
  now: Date,
  leaseMs: number,
): ClaimDecision {
  const state = image.processing[task];
  if (image.status !== 'completed') return { kind: 'skip', reason: 'not_completed' };
  if (imageSeq < state.requestedSeq) return { kind: 'skip', reason: 'overtaken' };
  if (state.state === 'ready' || state.requestedSeq === 0) return { kind: 'skip', reason: 'done' };
  const heldForMs = state.lease === null ? 0 : state.lease.expiresAt.getTime() - now.getTime();
  if (heldForMs > 0) return { kind: 'wait', forMs: heldForMs };
  // A task that was given up and is replayed starts afresh
  const attempts = state.state === 'failed' ? 0 : state.attempts;
  if (attempts >= mostClaims) return { kind: 'exhausted', attempts };
  const token = newId();
  return {
    kind: 'claim',
    claim: { task, token },
    state: {
      ...state,
      state: 'running',
      attempts: attempts + 1,
      lease: { token, expiresAt: new Date(now.getTime() + leaseMs) },
    },
  };
}

/** Whether the claim still stands on the row. A zombie's does not. */
export function holdsClaim(image: Image, claim: Claim): boolean {
  return image.status === 'completed' && image.processing[claim.task].lease?.token === claim.token;
}

/** The image's `processing` with one task replaced. */
export function withTask(
  image: Image,
  task: ProcessingTask,
  state: Partial<TaskState>,
): Pick<Image, 'processing'> {
  return { processing: { ...image.processing, [task]: { ...image.processing[task], ...state } } };
}

/**
 * Asks for tasks of a completed image again: resets them, and emits `ImageReprocessRequested`. `variants` names the
 * presets to build again; null means all. The request takes the place of one that is not done yet, and what that one asked
 * for goes with it.
 */
export function requestReprocess(
  change: ChangeBuilder,
  tasks: readonly ProcessingTask[],
  variants: readonly string[] | null,
): ChangeBuilder {
  const { width, height } = change.image;
  if (width === null || height === null) throw new TypeError('only an accepted image can be processed again');
  const wanted = stillWanted(change.image.processing.variants, variants);
  const requested: TaskState = { ...idleTask, requestedSeq: change.nextSeq };
  for (const task of tasks) {
    const state = task === 'variants' ? { ...requested, requestedVariants: wanted } : requested;
    change.set(withTask(change.image, task, state));
  }
  return change
    .emit('ImageReprocessRequested', {
      tasks: [...tasks],
      variants: wanted === undefined ? null : [...wanted],
      width,
      height,
    })
    .note('reprocess_requested', { tasks, variants });
}

/** The presets that are named and those that an unfinished request named; undefined: all. */
function stillWanted(
  { state, requestedSeq, requestedVariants }: TaskState,
  named: readonly string[] | null,
): readonly string[] | undefined {
  const unfinished = requestedSeq > 0 && state !== 'ready';
  if (named === null || (unfinished && requestedVariants === undefined)) return undefined;
  return unfinished ? [...new Set([...(requestedVariants ?? []), ...named])] : named;
}
