import { annotateSpan, AppError, inSpan, isAppError, type Clock } from '@darkroom/kernel';
import type { FailureCode, ProcessingTask } from '@darkroom/contracts';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { decideClaim, holdsClaim, withTask, type Claim, type ClaimDecision } from '../model/processing.ts';
import type { ImageRepository } from '../ports/image-repository.ts';

export interface TaskDependencies {
  readonly images: ImageRepository;
  readonly clock: Clock;
  /** How long a claim stands without being renewed, in milliseconds. It is renewed at a third of that. */
  readonly leaseMs: number;
}

/** What became of one event that asked for a task. */
export type TaskOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Another worker holds the task; ask again after `forMs`. */
  | { readonly kind: 'busy'; readonly forMs: number }
  /** Every worker that began it was lost; there is no use in another attempt. */
  | { readonly kind: 'exhausted'; readonly attempts: number }
  /** The file itself was found to be at fault, and the image has been refused. */
  | { readonly kind: 'rejected'; readonly code: FailureCode };

/** What the work came to: the change to record under the claim, or a refusal of the whole image. */
export type WorkResult =
  | { readonly ok: true; readonly record: (change: ChangeBuilder) => ChangeBuilder }
  | { readonly ok: false; readonly code: FailureCode; readonly detail: string };

/** Refuses the whole image for what was found out late; false where the claim no longer stood, so that nothing was done. */
export type RejectImage = (
  imageId: string,
  code: FailureCode,
  detail: string,
  claim: Claim,
) => Promise<boolean>;

export interface TaskRequest {
  readonly imageId: string;
  readonly task: ProcessingTask;
  /** `imageSeq` of the event that asks. */
  readonly imageSeq: number;
  readonly signal: AbortSignal;
}

/**
 * Claims a task on the image's row, does the work, and records its result under the same claim. May run any number of
 * times for one event: a finished or overtaken task is skipped, and a worker that lost its claim writes nothing.
 * Rethrows what `work` throws, after giving the claim back.
 */
export async function runTask(
  dependencies: TaskDependencies,
  request: TaskRequest,
  work: (image: Image, signal: AbortSignal) => Promise<WorkResult>,
  reject: RejectImage,
): Promise<TaskOutcome> {
  const attributes = { 'darkroom.image.id': request.imageId, 'darkroom.task.name': request.task };
  return inSpan(`task ${request.task}`, { attributes }, async () => {
    const outcome = await claimAndWork(dependencies, request, work, reject);
    annotateSpan({ 'darkroom.task.outcome': outcome.kind });
    return outcome;
  });
}

async function claimAndWork(
  { images, clock, leaseMs }: TaskDependencies,
  request: TaskRequest,
  work: (image: Image, signal: AbortSignal) => Promise<WorkResult>,
  reject: RejectImage,
): Promise<TaskOutcome> {
  const { imageId, task } = request;
  let decision: ClaimDecision | undefined;
  const image = await images.update(imageId, (current) => {
    decision = decideClaim(current, task, request.imageSeq, clock.now(), leaseMs);
    if (decision.kind !== 'claim') return undefined;
    return new ChangeBuilder(current, clock.now())
      .set(withTask(current, task, decision.state))
      .note(`${task}_started`, { attempt: decision.state.attempts })
      .build();
  });
  if (image === undefined || decision === undefined) return { kind: 'skipped', reason: 'unknown_image' };
  if (decision.kind === 'skip') return { kind: 'skipped', reason: decision.reason };
  if (decision.kind === 'wait') return { kind: 'busy', forMs: decision.forMs };
  if (decision.kind === 'exhausted') return decision;

  const { claim } = decision;
  annotateSpan({
    'darkroom.task.attempt': decision.state.attempts,
    'darkroom.image.pixels': (image.width ?? 0) * (image.height ?? 0),
    'darkroom.image.bytes': image.fileSize,
  });
  const lease = keepLease({ images, clock, leaseMs }, imageId, claim, request.signal);
  try {
    const result = await work(image, lease.signal);
    if (!result.ok) {
      const rejected = await reject(imageId, result.code, result.detail, claim);
      return rejected ? { kind: 'rejected', code: result.code } : { kind: 'skipped', reason: 'claim_lost' };
    }
    const recorded = await recordResult(images, clock, imageId, claim, result.record);
    return recorded ? { kind: 'done' } : { kind: 'skipped', reason: 'claim_lost' };
  } catch (error) {
    if (lease.lost) return { kind: 'skipped', reason: 'claim_lost' };
    await giveBack(images, clock, imageId, claim, error);
    throw error;
  } finally {
    lease.stop();
  }
}

async function recordResult(
  images: ImageRepository,
  clock: Clock,
  imageId: string,
  claim: Claim,
  record: (change: ChangeBuilder) => ChangeBuilder,
): Promise<boolean> {
  let recorded = false;
  await images.update(imageId, (current): ImageChange | undefined => {
    recorded = holdsClaim(current, claim);
    if (!recorded) return undefined;
    const done = withTask(current, claim.task, { state: 'ready', error: null, lease: null });
    return record(new ChangeBuilder(current, clock.now()).set(done)).build();
  });
  return recorded;
}

/** After a failure the task stands open again, without a holder, so that the next attempt need not wait. */
async function giveBack(
  images: ImageRepository,
  clock: Clock,
  imageId: string,
  claim: Claim,
  error: unknown,
) {
  const reason = error instanceof Error ? error.message : String(error);
  try {
    await images.update(imageId, (current) => {
      if (!holdsClaim(current, claim)) return undefined;
      return new ChangeBuilder(current, clock.now())
        .set(withTask(current, claim.task, { state: 'pending', error: reason, lease: null }))
        .note('processing_retried', {
          task: claim.task,
          attempt: current.processing[claim.task].attempts,
          reason,
        })
        .build();
    });
  } catch (failure) {
    // With the database away the lease runs out by itself, and the first error is the one to tell of.
    if (!isAppError(failure, 'unavailable')) throw failure;
  }
}

/** Renews the claim while work goes on; its signal fires when the caller's does or when the claim is lost. */
function keepLease(dependencies: TaskDependencies, imageId: string, claim: Claim, signal: AbortSignal) {
  const { images, clock, leaseMs } = dependencies;
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const image = await images.update(imageId, (current) => {
      if (!holdsClaim(current, claim)) return undefined;
      const expiresAt = new Date(clock.now().getTime() + leaseMs);
      const renewed = withTask(current, claim.task, { lease: { token: claim.token, expiresAt } });
      return new ChangeBuilder(current, clock.now()).set(renewed).build();
    });
    if (image === undefined || !holdsClaim(image, claim))
      lost.abort(new AppError('aborted', 'the claim was lost'));
  };
  // A renewal that fails is tried again at the next turn; if none gets through, the lease runs out and is taken over.
  const timer = setInterval(() => void renew().catch(() => undefined), Math.max(1, Math.floor(leaseMs / 3)));
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    get lost() {
      return lost.signal.aborted;
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Records that a task was given up after its last attempt: state `failed`, `ImageProcessingFailed`, timeline. Does
 * nothing where the task has been finished or asked for again since.
 */
export async function failTask(
  { images, clock }: Pick<TaskDependencies, 'images' | 'clock'>,
  { imageId, task, imageSeq }: Pick<TaskRequest, 'imageId' | 'task' | 'imageSeq'>,
  reason: string,
): Promise<void> {
  await images.update(imageId, (current) => {
    const state = current.processing[task];
    const open = state.state === 'pending' || state.state === 'running';
    if (current.status !== 'completed' || state.requestedSeq !== imageSeq || !open) return undefined;
    return new ChangeBuilder(current, clock.now())
      .set(withTask(current, task, { state: 'failed', error: reason, lease: null }))
      .emit('ImageProcessingFailed', { task, attempts: state.attempts, reason })
      .note('processing_failed', { task, attempts: state.attempts, reason })
      .build();
  });
}
