import type { DeadLetterCode } from '@darkroom/contracts';

/** A delivery that was given up, for a person to look at. */
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly code: DeadLetterCode;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly imageId: string | null;
  readonly attempts: number;
  readonly lastError: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly buriedAt: Date;
}

/** The whole message as it came off the bus. */
export interface DeadLetterMessage extends DeadLetter {
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

/** All that are named must fit; an empty filter fits every dead letter. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly code?: DeadLetterCode | undefined;
  readonly eventType?: string | undefined;
  readonly imageId?: string | undefined;
  /** Buried before this. */
  readonly before?: Date | undefined;
}

/** Events that a group could not handle. They stay until somebody replays or discards them. */
export interface DeadLetters {
  /** Newest first, from just after the one with id `afterId`. */
  list(filter: DeadLetterFilter, afterId: string | undefined, limit: number): Promise<readonly DeadLetter[]>;
  get(id: string): Promise<DeadLetterMessage | undefined>;
  /** Gives them to their group's handler again, with all attempts before them; answers how many. */
  replay(filter: DeadLetterFilter): Promise<number>;
  /** Removes them for good; answers how many. */
  discard(filter: DeadLetterFilter): Promise<number>;
}
