import type { TimelineType } from '@darkroom/contracts';
import type { FollowedLog, LogFollower, LoggedEntry, LogPage, LogRange, TimelineLog } from '@darkroom/domain';
import { LogListener } from '../bus/log-listener.ts';
import { Repeater } from '../bus/repeater.ts';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';
import { logChannel, sequenceEvents } from '../event-log/sequence.ts';

export interface TimelineLogOptions {
  readonly db: Database;
  /** Of Postgres itself, never of a transaction pooler: LISTEN belongs to a session. */
  readonly directUrl: string;
  /** Pause between looks at the log when no notification comes, in milliseconds. Default 1,000. */
  readonly pollMs?: number;
  /** Told of what goes wrong and is tried again. */
  readonly onError: (error: unknown, doing: string) => void;
}

/** Entries that a follower reads at once. */
const followLimit = 500;

/** The timeline entries in the event log. Where a record says that there is one, `image_timeline` has what it says. */
export class PostgresTimelineLog implements TimelineLog {
  readonly #options: TimelineLogOptions;

  constructor(options: TimelineLogOptions) {
    this.#options = options;
  }

  async follow(follower: LogFollower): Promise<FollowedLog> {
    const following = new Following(this.#options, follower);
    await following.start();
    return following;
  }

  async read(range: LogRange, limit: number): Promise<LogPage | undefined> {
    const { after, upTo } = range;
    const rows = await this.#options.db.run((knex) => rowsOf<LogRow>(knex, ...pageQuery(range, limit)));
    const [first] = rows;
    if (first === undefined) throw new TypeError('the event log has no head');
    const end = Number(first.next_offset) - 1;
    if (after < Number(first.pruned_to) || after > end) return undefined;
    const records = rows.filter(({ log_offset }) => log_offset !== null);
    const more = records.length === limit;
    const readTo = more ? Number(records.at(-1)?.log_offset) : Math.max(after, Math.min(upTo, end));
    return { entries: records.flatMap(entryOf), readTo, more };
  }
}

/** One for each record, or one with the head alone; `seq` and what follows are null where the image is gone. */
interface LogRow {
  readonly next_offset: string;
  readonly pruned_to: string;
  readonly log_offset: string | null;
  readonly image_id: string;
  readonly owner_id: string;
  readonly seq: number | null;
  readonly type: TimelineType;
  readonly at: Date;
  readonly detail: LoggedEntry['detail'];
}

/** Head and records by one statement and so one snapshot: nothing can be pruned between them. */
function pageQuery({ after, upTo, scope }: LogRange, limit: number): [string, (string | number)[]] {
  const sql = `
    select h.next_offset, h.pruned_to, e.log_offset, e.image_id, e.owner_id, t.seq, t.type, t.at, t.detail
    from event_log_head h
    left join lateral (
      select log_offset, image_id, owner_id, timeline_seq from event_log
      where log_offset > ? and log_offset <= ? and timeline_seq is not null
        ${scope === undefined ? '' : 'and owner_id = ?'}
      order by log_offset limit ?
    ) as e on true
    left join image_timeline t on t.image_id = e.image_id and t.seq = e.timeline_seq
    order by e.log_offset`;
  return [sql, [after, upTo, ...(scope === undefined ? [] : [scope]), limit]];
}

function entryOf(row: LogRow): LoggedEntry[] {
  const { log_offset, image_id: imageId, owner_id: ownerId, seq, type, at, detail } = row;
  return seq === null ? [] : [{ offset: Number(log_offset), imageId, ownerId, seq, type, at, detail }];
}

/** Reads on as the log grows: when told that it has, and from time to time. */
class Following implements FollowedLog {
  readonly #options: TimelineLogOptions;
  readonly #log: PostgresTimelineLog;
  readonly #follower: LogFollower;
  readonly #listener: LogListener;
  readonly #reader: Repeater;
  readonly #sequencer: Repeater;
  #position = 0;
  #started = false;

  constructor(options: TimelineLogOptions, follower: LogFollower) {
    const { directUrl, onError } = options;
    this.#options = options;
    this.#log = new PostgresTimelineLog(options);
    this.#follower = follower;
    this.#reader = new Repeater(() => this.#guard('reading the timeline log', () => this.#read()));
    this.#sequencer = new Repeater(() => this.#guard('sequencing', () => this.#sequence()));
    this.#listener = new LogListener(
      directUrl,
      [logChannel],
      () => this.#wake(),
      (error) => onError(error, 'listening'),
    );
  }

  async start(): Promise<void> {
    await this.#listener.start();
    try {
      this.#position = await this.#end();
    } catch (error) {
      await this.#listener.close();
      throw error;
    }
    this.#follower.onEntries([], this.#position);
    this.#started = true;
    this.#sequencer.wakeEvery(this.#options.pollMs ?? 1_000);
    this.#wake();
  }

  async close(): Promise<void> {
    await this.#sequencer.close();
    await this.#reader.close();
    await this.#listener.close();
  }

  #wake(): void {
    if (this.#started) this.#reader.wake();
  }

  async #end(): Promise<number> {
    const [head] = await this.#options.db.run((knex) =>
      rowsOf<{ next_offset: string }>(knex, 'select next_offset from event_log_head'),
    );
    return Number(head?.next_offset ?? 1) - 1;
  }

  /** The safety net: numbers what a process that died after its commit left without offset. */
  async #sequence(): Promise<void> {
    await sequenceEvents(this.#options.db);
    this.#wake();
  }

  async #read(): Promise<void> {
    for (;;) {
      const after = this.#position;
      const page = await this.#log.read(
        { after, upTo: Number.MAX_SAFE_INTEGER, scope: undefined },
        followLimit,
      );
      if (page === undefined) {
        this.#position = await this.#end();
        this.#follower.onGap(this.#position);
      } else {
        this.#position = page.readTo;
        if (page.readTo > after) this.#follower.onEntries(page.entries, page.readTo);
        if (!page.more) return;
      }
    }
  }

  async #guard(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.onError(error, doing);
    }
  }
}
