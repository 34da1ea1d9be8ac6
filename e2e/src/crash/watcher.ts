import { Pool } from 'pg';
import type { Bucket } from '../support/bucket.ts';

interface Row {
  readonly id: string;
  readonly key: string;
}

const pointed = `
  select id, original_key as key from images where status = 'completed'
  union all
  select image_id as id, key from image_variants
`;

/** Each key once: to fetch all of them at every tick would take the machine from those it watches. */
const fresh = `
  with fresh as (select id, key from (${pointed}) as p where not exists (select from seen where seen.key = p.key)),
    noted as (insert into seen select distinct key from fresh)
  select id, key from fresh
`;

const everyMs = 50;
/** A tick that takes longer does not hold up the next ones, up to so many. */
const mostAtOnce = 4;
/** Keys that were there are looked at again, so many at each tick, in turn. */
const againAtOnce = 5;

/** Looks 20 times a second, where the machine lets it, whether a row points at an object that is not there. */
export class Watcher {
  readonly missing: Row[] = [];
  polls = 0;
  /** Keys looked at, again and again. */
  looks = 0;
  /** One connection: it alone has the table of what was seen. */
  readonly #database: Pool;
  readonly #bucket: Bucket;
  readonly #known: Row[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #startedAt = 0;
  #turn = 0;

  constructor(postgres: string, bucket: Bucket) {
    this.#database = new Pool({ connectionString: postgres, max: 1, idleTimeoutMillis: 0 });
    this.#bucket = bucket;
  }

  async start(): Promise<void> {
    await this.#database.query('create temp table seen (key text primary key)');
    this.#startedAt = performance.now();
    this.#running = this.#run();
  }

  /** Polls a second, over the whole time so far. */
  get rate(): number {
    return this.polls / ((performance.now() - this.#startedAt) / 1_000);
  }

  async stop(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    await this.#running;
    await this.#database.end();
  }

  /** All that rows point at now. */
  async rows(): Promise<Row[]> {
    return (await this.#database.query<Row>(pointed)).rows;
  }

  /** Throws `error` again, with all that the database knows of the image. */
  async explain(id: string, error: unknown): Promise<never> {
    const tables = {
      images: 'select status, failure_code, processing, image_seq from images where id = $1',
      image_timeline: 'select seq, type, at, detail from image_timeline where image_id = $1 order by seq',
      event_log:
        'select image_seq, type, partition, log_offset, appended_at from event_log where image_id = $1 order by id',
      deliveries: 'select * from deliveries where image_id = $1',
      event_group_offsets: 'select *, $1::text as for_image from event_group_offsets order by 1, 2',
    };
    const lines: string[] = [];
    for (const [table, query] of Object.entries(tables)) {
      const { rows } = await this.#database.query<Record<string, unknown>>(query, [id]);
      lines.push(...rows.map((row) => `${table}: ${JSON.stringify(row)}`));
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n${lines.join('\n')}`, { cause: error });
  }

  async #run(): Promise<void> {
    const ticks = new Set<Promise<void>>();
    while (!this.#stop.signal.aborted) {
      const pause = new Promise((resolve) => setTimeout(resolve, everyMs));
      const tick: Promise<void> = this.#look().finally(() => ticks.delete(tick));
      ticks.add(tick);
      if (ticks.size >= mostAtOnce) await Promise.race(ticks);
      await pause;
    }
    await Promise.all(ticks);
  }

  async #look(): Promise<void> {
    const { rows } = await this.#database.query<Row>(fresh);
    const known = this.#known;
    const turn = Array.from(
      { length: Math.min(againAtOnce, known.length) },
      () => this.#turn++ % known.length,
    );
    const again = turn.flatMap((place) => known[place] ?? []);
    known.push(...rows);
    await Promise.all([...rows, ...again].map((row) => this.#check(row)));
    this.polls += 1;
  }

  /** Missing is what the row still points at after the object was found to be away: it may have let go of it between. */
  async #check(row: Row): Promise<void> {
    this.looks += 1;
    if (await this.#bucket.exists(row.key)) return;
    const { rows } = await this.#database.query<Row>(
      `select * from (${pointed}) as p where id = $1 and key = $2`,
      [row.id, row.key],
    );
    if (rows.length > 0) this.missing.push(row);
  }
}
