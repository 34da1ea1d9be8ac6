import { isAppError, newId } from '@darkroom/kernel';
import type { BusListener, BusRecord, BusSubscription } from '@darkroom/contracts';
import type { Database } from '../database/connect.ts';
import { beat, commitOffsets, groupChannel, leave, release, type HeldPartition } from './membership.ts';
import { readLog } from './read-log.ts';
import { Repeater } from './repeater.ts';

interface SubscriptionOptions {
  readonly leaseMs: number;
  readonly onError: (error: unknown, doing: string) => void;
  readonly onClosed: () => void;
}

/** Records that one read takes of each partition. */
const readLimit = 100;
/** Failures in a row, other than outages, after which the subscription gives up. */
const mostFailures = 10;

interface Held extends Pick<HeldPartition, 'partition' | 'token'> {
  position: bigint;
  paused: boolean;
  /** By this process's monotonic clock, and a little before the lease ends by the database's. */
  leaseEndsAt: number;
}

/** One member of a group: holds partitions by leases, reads them, and hands records on. */
export class LogSubscription implements BusSubscription {
  readonly group: string;
  readonly #db: Database;
  readonly #listener: BusListener;
  readonly #options: SubscriptionOptions;
  readonly #memberId = newId();
  readonly #held = new Map<number, Held>();
  readonly #reader: Repeater;
  readonly #heart: Repeater;
  #commits = new Map<number, HeldPartition>();
  #flush: Promise<void> | undefined;
  #expiry: NodeJS.Timeout | undefined;
  /** In a row, by what was being done. */
  readonly #failures = new Map<string, number>();
  #closed = false;

  constructor(db: Database, group: string, listener: BusListener, options: SubscriptionOptions) {
    this.#db = db;
    this.group = group;
    this.#listener = listener;
    this.#options = options;
    this.#reader = new Repeater(() => this.#guard('reading the log', () => this.#read()));
    this.#heart = new Repeater(() => this.#guard('keeping the group', () => this.#beat()));
  }

  /** Joins the group. Throws where that fails. */
  async start(): Promise<void> {
    const { wanting } = await this.#beat();
    if (wanting) await this.#tellGroup();
    this.#expiry = setInterval(() => this.#dropExpired(), Math.max(20, this.#options.leaseMs / 20));
    this.#heart.wakeEvery(Math.ceil(this.#options.leaseMs / 3));
    this.#reader.wake();
  }

  /** There may be something to read. Also to be called from time to time without a reason. */
  wake(): void {
    this.#reader.wake();
  }

  /** Partitions became free, or are wanted by somebody. */
  rebalance(): void {
    this.#heart.wake();
  }

  pause(partition: number): void {
    const held = this.#held.get(partition);
    if (held !== undefined) held.paused = true;
  }

  resume(partition: number): void {
    const held = this.#held.get(partition);
    if (held?.paused !== true) return;
    held.paused = false;
    this.#reader.wake();
  }

  /** Commits of one turn of the event loop travel in one statement. */
  async commit(partition: number, nextOffset: bigint): Promise<void> {
    const held = this.#held.get(partition);
    if (held === undefined) return;
    this.#commits.set(partition, { partition, token: held.token, nextOffset });
    this.#flush ??= Promise.resolve().then(() => this.#commitAll());
    await this.#flush;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onClosed();
    clearInterval(this.#expiry);
    await Promise.all([this.#reader.close(), this.#heart.close()]);
    this.#held.clear();
    try {
      await this.#db.transaction((trx) => leave(trx, this.#member()));
      await this.#tellGroup();
    } catch (error) {
      this.#options.onError(error, 'leaving the group'); // the lease runs out by itself
    }
  }

  async #commitAll(): Promise<void> {
    this.#flush = undefined;
    const commits = [...this.#commits.values()];
    this.#commits = new Map();
    await this.#db.run((knex) => commitOffsets(knex, this.group, commits));
  }

  #member() {
    return { group: this.group, memberId: this.#memberId, leaseMs: this.#options.leaseMs };
  }

  async #tellGroup(): Promise<void> {
    await this.#db.run((knex) => knex.raw('select pg_notify(?, ?)', [groupChannel, this.group]));
  }

  async #beat(): Promise<{ readonly wanting: boolean }> {
    const leaseEndsAt = performance.now() + this.#options.leaseMs;
    const before = [...this.#held.values()];
    const found = await this.#db.transaction((trx) =>
      beat(
        trx,
        this.#member(),
        before.map(({ token }) => token),
      ),
    );
    if (this.#closed) return { wanting: false };
    const renewed = new Set(found.renewed);
    this.#revoke(before.filter(({ partition }) => !renewed.has(partition)));
    for (const held of this.#held.values()) held.leaseEndsAt = leaseEndsAt;
    for (const { partition, token, nextOffset } of found.taken)
      this.#held.set(partition, { partition, token, position: nextOffset, paused: false, leaseEndsAt });
    if (found.taken.length > 0) this.#reader.wake();
    if (found.excess > 0) await this.#giveUp(found.excess);
    return found;
  }

  async #giveUp(count: number): Promise<void> {
    const leaving = [...this.#held.values()].slice(-count);
    this.#revoke(leaving);
    const tokens = leaving.map(({ token }) => token);
    await this.#db.run((knex) => release(knex, this.group, tokens));
    await this.#tellGroup();
  }

  /** Before anything else: whoever lost a partition must not go on with it. */
  #revoke(leaving: readonly Held[]): void {
    const gone = leaving.filter((held) => this.#held.get(held.partition) === held);
    for (const { partition } of gone) this.#held.delete(partition);
    if (gone.length > 0) this.#listener.onRevoked(gone.map(({ partition }) => partition));
  }

  #dropExpired(): void {
    const now = performance.now();
    this.#revoke([...this.#held.values()].filter(({ leaseEndsAt }) => leaseEndsAt <= now));
  }

  async #read(): Promise<void> {
    for (let more = true; more && !this.#closed;) {
      const wanted = [...this.#held.values()].filter(({ paused }) => !paused);
      if (wanted.length === 0) return;
      const records = await this.#db.run((knex) => readLog(knex, wanted, readLimit));
      more = this.#handOn(wanted, records);
    }
  }

  /** Answers whether there may be more to read. */
  #handOn(wanted: readonly Held[], records: readonly BusRecord[]): boolean {
    const byPartition = Map.groupBy(records, ({ partition }) => partition);
    let more = false;
    for (const held of wanted) {
      const batch = byPartition.get(held.partition) ?? [];
      const last = batch.at(-1);
      if (last === undefined || this.#held.get(held.partition) !== held || this.#closed) continue;
      if (held.paused) {
        more = true;
        continue;
      }
      held.position = last.offset + 1n;
      more ||= batch.length === readLimit;
      this.#listener.onRecords(batch);
    }
    return more;
  }

  async #guard(doing: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#failures.delete(doing);
    } catch (error) {
      this.#options.onError(error, doing);
      if (isAppError(error, 'unavailable')) return;
      const failures = (this.#failures.get(doing) ?? 0) + 1;
      this.#failures.set(doing, failures);
      if (failures === mostFailures)
        this.#listener.onFatal(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
