import type {
  FailureCode,
  ImageStatus,
  MediaType,
  ProcessingStateName,
  ProcessingTask,
} from '@darkroom/contracts';

/** A holder's claim on a task. Who no longer has the token on the row may write nothing. */
export interface Lease {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface TaskState {
  readonly state: ProcessingStateName;
  readonly attempts: number;
  readonly error: string | null;
  readonly lease: Lease | null;
  /** `imageSeq` of the event that last asked for this task; earlier events are overtaken. 0: never asked for. */
  readonly requestedSeq: number;
  /** The presets that are to be built; undefined: all. */
  readonly requestedVariants?: readonly string[] | undefined;
}

/** One built variant, as the row points at it. The object is there before the row says so. */
export interface Variant {
  /** Name of its preset, such as `thumbnail`. */
  readonly name: string;
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
}

/** Decimal degrees (WGS 84), metres. For the owner alone. */
export interface GpsPosition {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude?: number;
  readonly [name: string]: unknown;
}

/** What the uploader said of the file before sending it. */
export interface DeclaredFile {
  readonly contentType: MediaType;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal, lower case. */
  readonly sha256: string | null;
}

/** One upload and all that became of it: what one row lock protects. */
export interface Image {
  readonly id: string;
  readonly ownerId: string;
  readonly categoryId: number;
  readonly status: ImageStatus;
  readonly failureCode: FailureCode | null;
  readonly originalFilename: string;
  readonly declared: DeclaredFile;
  /** Where the browser puts it; nothing serves this. */
  readonly incomingKey: string;
  /** The private, verified copy. Null until accepted. */
  readonly originalKey: string | null;
  /** Declared until accepted, then as found by magic bytes. */
  readonly contentType: MediaType;
  /** Bytes; declared until accepted. */
  readonly fileSize: number;
  /** Upright width and height in pixels; null until accepted. */
  readonly width: number | null;
  readonly height: number | null;
  /** Of the original's bytes, hexadecimal. */
  readonly sha256: string | null;
  readonly title: string;
  readonly description: string;
  readonly altText: string;
  readonly tags: readonly string[];
  /** ThumbHash, base64. */
  readonly placeholder: string | null;
  /** `#rrggbb`. */
  readonly dominantColor: string | null;
  /** 64-bit perceptual hash, hexadecimal. */
  readonly perceptualHash: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly gps: GpsPosition | null;
  readonly processing: Readonly<Record<ProcessingTask, TaskState>>;
  readonly variants: readonly Variant[];
  /** Counts every change of the row. 0: not written yet. */
  readonly version: number;
  /** `imageSeq` of the last event, 0 before the first. */
  readonly imageSeq: number;
  /** `seq` of the last timeline entry. */
  readonly timelineSeq: number;
  /** W3C Trace Context of the presign request: S3 notifications carry none, so it rides on the row. */
  readonly traceparent: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the policy was last issued, and when it ends. */
  readonly uploadStartedAt: Date | null;
  readonly policyExpiresAt: Date | null;
  readonly uploadCompletedAt: Date | null;
  /** When the client's first `upload-complete` described it. */
  readonly describedAt: Date | null;
  readonly deletedAt: Date | null;
  /** What the image was before it was deleted, so that it can be restored. */
  readonly statusBeforeDelete: ImageStatus | null;
  /** From when the cleanup may purge a deleted image for good; null while it is not deleted. */
  readonly purgeAfter: Date | null;
}

export const idleTask: TaskState = {
  state: 'pending',
  attempts: 0,
  error: null,
  lease: null,
  requestedSeq: 0,
};
