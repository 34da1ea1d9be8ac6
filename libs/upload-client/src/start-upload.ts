import type { ImageBody } from './contract.ts';
import type { Locale } from './failure-texts.ts';
import type { InSlot } from './slots.ts';
import { UploadError, type LocalFailureCode, type UploadErrorCode } from './upload-error.ts';
import {
  completeUpload,
  newIdentity,
  storeFile,
  waitUntilReady,
  type StoredUpload,
  type UploadContext,
  type UploadJob,
  type UploadTools,
} from './upload-flow.ts';
import type { UploadHandle } from './upload-handle.ts';
import {
  freshState,
  isEnded,
  type UploadChange,
  type UploadProgress,
  type UploadState,
} from './upload-state.ts';

export interface UploadStart {
  readonly job: UploadJob;
  readonly tools: UploadTools;
  readonly inSlot: InSlot;
  readonly locale: Locale | undefined;
  /** Known beforehand: the upload fails with it, and nothing is sent. */
  readonly refusal: LocalFailureCode | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: UploadProgress) => void) | undefined;
  /** From an attempt before this one: the bytes are in S3. */
  readonly from?: StoredUpload | undefined;
}

/** With these what S3 has is of no use: a retry begins anew. */
const mustSendAgain: readonly UploadErrorCode[] = [
  'size_mismatch',
  'checksum_mismatch',
  'upload_expired',
  'object_lost',
  'not_found',
];

/** Starts one upload and answers its handle. */
export function startUpload(start: UploadStart): UploadHandle {
  const { job, signal } = start;
  const abort = new AbortController();
  const stages = {
    stored: deferred<string>(),
    completed: deferred<ImageBody>(),
    ready: deferred<ImageBody>(),
  };
  const watched = watchedState(job.file.size, start.onProgress);
  const forward = () => abort.abort();
  let stored = start.from;

  const context: UploadContext = {
    ...start.tools,
    signal: abort.signal,
    onChange: (change) => {
      if (!isEnded(watched.state())) watched.change(change);
    },
  };
  const run = async () => {
    const image = await start.inSlot(abort.signal, async () => {
      stored ??= await storeFile(job, context);
      stages.stored.resolve(stored.imageId);
      return completeUpload(stored, job, context);
    });
    stages.completed.resolve(image);
    const ready = await waitUntilReady(image, context);
    context.onChange({ phase: 'ready', image: ready });
    stages.ready.resolve(ready);
  };
  const fail = (error: unknown) => {
    const failure = errorOf(error, abort.signal, watched.state(), start.locale);
    if (mustSendAgain.includes(failure.code)) {
      stored = undefined;
      job.identity.current = newIdentity();
    }
    for (const stage of Object.values(stages)) stage.reject(failure);
    context.onChange({ phase: failure.code === 'aborted' ? 'canceled' : 'failed', failure, stalled: false });
  };

  if (signal?.aborted === true) forward();
  else signal?.addEventListener('abort', forward, { once: true });
  abort.signal.addEventListener('abort', () => fail(abort.signal.reason), { once: true });
  if (abort.signal.aborted) fail(abort.signal.reason);
  else if (start.refusal !== undefined) {
    fail(new UploadError({ code: start.refusal, stage: 'stored' }));
  } else {
    void run()
      .catch(fail)
      .finally(() => signal?.removeEventListener('abort', forward));
  }

  return {
    stored: stages.stored.promise,
    completed: stages.completed.promise,
    ready: stages.ready.promise,
    state: watched.state,
    subscribe: watched.subscribe,
    abort: () => {
      if (!isEnded(watched.state())) abort.abort();
    },
    // A signal that has ended this one would end the next before it begins
    retry: () => startUpload({ ...start, from: stored, signal: signal?.aborted ? undefined : signal }),
  };
}

/** The state of one upload, and who wants to know of its changes. */
function watchedState(fileBytes: number, onProgress: UploadStart['onProgress']) {
  const listeners = new Set<(state: UploadState) => void>();
  let state: UploadState = { ...freshState, totalBytes: fileBytes };
  return {
    state: () => state,
    subscribe: (listener: (state: UploadState) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change: (change: UploadChange) => {
      const { sentBytes } = state;
      state = { ...state, ...change };
      if (state.sentBytes !== sentBytes)
        onProgress?.({ sentBytes: state.sentBytes, totalBytes: state.totalBytes });
      for (const listener of listeners) listener(state);
    },
  };
}

/** A promise that others settle. Nobody has to listen to it. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** Anything but an `UploadError` is a mistake of ours or of a callback: it goes along as the cause. */
function errorOf(
  error: unknown,
  signal: AbortSignal,
  { phase }: UploadState,
  locale: Locale | undefined,
): UploadError {
  if (signal.aborted) {
    const stage = phase === 'verifying' ? 'verified' : phase === 'processing' ? 'variants' : 'stored';
    return new UploadError({ code: 'aborted', stage }, { locale, cause: signal.reason });
  }
  if (error instanceof UploadError) return new UploadError(error, { locale, cause: error.cause });
  return new UploadError({ code: 'internal', stage: 'stored' }, { locale, cause: error });
}
