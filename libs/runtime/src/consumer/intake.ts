import type { BusListener, BusRecord, BusSubscription } from '@darkroom/contracts';
import type { Logger } from '../logger.ts';
import { PartitionProgress } from './partition-progress.ts';

/** Records of one partition that may be under way before the bus is asked to pause, and from where it goes on. */
const highWater = 200;
const lowWater = 100;
/** Pause between commits, in milliseconds: what a crash makes come again. */
const commitEveryMs = 100;

/** The side of the loop that faces the bus: bounds what it brings, and commits what is done. */
export class Intake implements BusListener {
  readonly #partitions = new Map<number, PartitionProgress>();
  readonly #take: (record: BusRecord, progress: PartitionProgress) => void;
  readonly #revoke: (gone: ReadonlySet<PartitionProgress>) => void;
  readonly #fatal: (error: Error) => void;
  readonly #logger: Logger;
  #subscription: BusSubscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #stopped = false;

  constructor(options: {
    /** Must call `finish` for each record in the end, unless its partition is revoked. */
    readonly take: (record: BusRecord, progress: PartitionProgress) => void;
    readonly revoke: (gone: ReadonlySet<PartitionProgress>) => void;
    readonly fatal: (error: Error) => void;
    readonly logger: Logger;
  }) {
    this.#take = options.take;
    this.#revoke = options.revoke;
    this.#fatal = options.fatal;
    this.#logger = options.logger;
  }

  attach(subscription: BusSubscription): void {
    this.#subscription = subscription;
    for (const [partition, progress] of this.#partitions) this.#throttle(partition, progress);
    this.#timer = setInterval(() => void this.#commit(), commitEveryMs);
  }

  onRecords(records: readonly BusRecord[]): void {
    if (this.#stopped) return;
    for (const record of records) {
      const progress = this.#partitions.get(record.partition) ?? new PartitionProgress();
      this.#partitions.set(record.partition, progress);
      if (progress.begin(record.offset)) this.#take(record, progress);
      this.#throttle(record.partition, progress);
    }
  }

  onRevoked(partitions: readonly number[]): void {
    const gone = new Set<PartitionProgress>();
    for (const partition of partitions) {
      const progress = this.#partitions.get(partition);
      if (progress === undefined) continue;
      progress.revoked = true;
      gone.add(progress);
      this.#partitions.delete(partition);
    }
    if (gone.size > 0) this.#revoke(gone);
  }

  onFatal(error: Error): void {
    this.#fatal(error);
  }

  /** The record has had its effect, or is kept elsewhere. */
  finish({ partition, offset }: BusRecord, progress: PartitionProgress): void {
    progress.finish(offset);
    if (!progress.revoked) this.#throttle(partition, progress);
  }

  /** Takes nothing more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** Commits for the last time, and leaves the group. */
  async close(): Promise<void> {
    this.stop();
    await this.#committing;
    await this.#commit();
    await this.#subscription?.close();
  }

  /** Commits what is done; what fails is tried again at the next turn. Turns do not overlap. */
  #commit(): Promise<void> {
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  async #commitAll(): Promise<void> {
    await Promise.all(
      [...this.#partitions].map(async ([partition, progress]) => {
        const offset = progress.toCommit();
        if (offset === undefined) return;
        try {
          await this.#subscription?.commit(partition, offset);
          progress.committed(offset);
        } catch (error) {
          this.#logger.warn({ err: error, partition }, 'could not commit; trying again');
        }
      }),
    );
  }

  #throttle(partition: number, progress: PartitionProgress): void {
    if (!progress.paused && progress.outstanding >= highWater) {
      this.#subscription?.pause(partition);
      progress.paused = this.#subscription !== undefined;
    } else if (progress.paused && progress.outstanding <= lowWater && !this.#stopped) {
      progress.paused = false;
      this.#subscription?.resume(partition);
    }
  }
}
