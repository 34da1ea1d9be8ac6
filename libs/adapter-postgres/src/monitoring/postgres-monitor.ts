import { isId } from '@darkroom/kernel';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

export interface PartitionLag {
  readonly group: string;
  readonly partition: number;
  /** Events that the group has not finished; what is past 10,000 is not counted. */
  readonly events: number;
  /** Age of the oldest of them, in seconds; 0 where there is none. */
  readonly seconds: number;
}

export interface GroupDeliveries {
  readonly group: string;
  /** Between attempts. */
  readonly waiting: number;
  readonly dead: number;
}

export interface CleanupCount {
  readonly task: string;
  readonly action: string;
  readonly count: number;
}

/** How the whole installation is, as Postgres knows it: the same whichever process asks. */
export interface PipelineState {
  readonly lags: readonly PartitionLag[];
  /** Committed events that have no offset yet. */
  readonly unsequenced: number;
  readonly deliveries: readonly GroupDeliveries[];
  readonly unready: { readonly images: number; readonly oldestSeconds: number };
  readonly cleanup: readonly CleanupCount[];
  readonly cleanupSucceededAt: readonly { readonly task: string; readonly at: Date }[];
}

const mostCounted = 10_000;

/** Reads what monitoring tells of, by queries that stay cheap however far behind a group is. */
export class PostgresMonitor {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async pipeline(): Promise<PipelineState> {
    const [lags, unsequenced, deliveries, unready, cleanup, runs] = await Promise.all([
      this.#lags(),
      this.#one<{ count: string }>(
        `select count(*) from (select from event_log where log_offset is null limit ${mostCounted}) as rows`,
      ),
      this.#deliveries(),
      this.#one<{ images: string; seconds: number | null }>(
        `select count(*) as images,
           extract(epoch from clock_timestamp() - min(i.upload_completed_at))::float8 as seconds
         from image_work w join images i on i.id = w.image_id`,
      ),
      this.#all<{ task: string; action: string; count: string }>(
        'select task, action, count from cleanup_counts',
      ),
      this.#all<{ task: string; succeeded_at: Date }>('select task, succeeded_at from cleanup_runs'),
    ]);
    return {
      lags,
      unsequenced: Number(unsequenced?.count ?? 0),
      deliveries,
      unready: { images: Number(unready?.images ?? 0), oldestSeconds: Math.max(0, unready?.seconds ?? 0) },
      cleanup: cleanup.map(({ task, action, count }) => ({ task, action, count: Number(count) })),
      cleanupSucceededAt: runs.map(({ task, succeeded_at: at }) => ({ task, at })),
    };
  }

  /** When S3 had the file of an image that nobody asked to be processed again; undefined otherwise. */
  async firstStoredAt(imageId: string): Promise<Date | undefined> {
    if (!isId(imageId)) return undefined;
    const [row] = await this.#all<{ arrived_at: string | null }>(
      `select max(detail ->> 'arrived_at') as arrived_at from image_timeline
       where image_id = ? having count(*) filter (where type = 'reprocess_requested') = 0`,
      [imageId],
    );
    const at = row?.arrived_at ?? undefined;
    return at === undefined ? undefined : new Date(at);
  }

  /** Adds what a run of a task did to what runs before it did. */
  async recordCleanup(
    task: string,
    counts: Readonly<Record<string, number>>,
    succeededAt: Date | undefined,
  ): Promise<void> {
    const rows = Object.entries(counts).map(([action, count]) => ({ task, action, count }));
    await this.#db.transaction(async (trx) => {
      if (rows.length > 0)
        await trx('cleanup_counts')
          .insert(rows)
          .onConflict(['task', 'action'])
          .merge({ count: trx.raw('cleanup_counts.count + excluded.count') });
      if (succeededAt !== undefined)
        await trx('cleanup_runs').insert({ task, succeeded_at: succeededAt }).onConflict('task').merge();
    });
  }

  async #lags(): Promise<readonly PartitionLag[]> {
    const rows = await this.#all<{
      group_name: string;
      partition: number;
      events: string;
      seconds: number | null;
    }>(
      `select o.group_name, o.partition, unread.events,
         extract(epoch from clock_timestamp() - unread.oldest)::float8 as seconds
       from event_group_offsets o
       cross join lateral (
         select count(*) as events, min(appended_at) as oldest from (
           select appended_at from event_log
           where partition = o.partition and log_offset >= o.next_offset
           order by log_offset limit ${mostCounted}
         ) as waiting
       ) as unread
       order by o.group_name, o.partition`,
    );
    return rows.map(({ group_name: group, partition, events, seconds }) => ({
      group,
      partition,
      events: Number(events),
      seconds: Math.max(0, seconds ?? 0),
    }));
  }

  /** Of every group that there is, also where it has none. */
  async #deliveries(): Promise<readonly GroupDeliveries[]> {
    const rows = await this.#all<{ name: string; waiting: string; dead: string }>(
      `select name, count(*) filter (where d.state = 'waiting') as waiting,
         count(*) filter (where d.state = 'dead') as dead
       from (select name from event_groups union select distinct group_name from deliveries) as g
       left join deliveries d on d.group_name = g.name
       group by name order by name`,
    );
    return rows.map(({ name: group, waiting, dead }) => ({
      group,
      waiting: Number(waiting),
      dead: Number(dead),
    }));
  }

  #all<T>(sql: string, bindings: readonly string[] = []): Promise<readonly T[]> {
    return this.#db.run((knex) => rowsOf<T>(knex, sql, bindings));
  }

  async #one<T>(sql: string): Promise<T | undefined> {
    return (await this.#all<T>(sql))[0];
  }
}
