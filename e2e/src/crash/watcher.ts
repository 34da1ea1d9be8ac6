import { Client as Postgres } from 'pg';
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

/** Looks 20 times a second whether a row points at an object that is not there. */
export class Watcher {
  readonly missing: Row[] = [];
  polls = 0;
  readonly #database: Postgres;
  readonly #bucket: Bucket;
  readonly #seen = new Set<string>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(postgres: string, bucket: Bucket) {
    this.#database = new Postgres({ connectionString: postgres });
    this.#bucket = bucket;
  }

  async start(): Promise<void> {
    await this.#database.connect();
    this.#running = this.#run();
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
    while (!this.#stop.signal.aborted) {
      const pause = new Promise((resolve) => setTimeout(resolve, 50));
      const fresh = (await this.rows()).filter(({ key }) => !this.#seen.has(key));
      await Promise.all(
        fresh.map(async (row) => {
          this.#seen.add(row.key);
          if (!(await this.#bucket.exists(row.key))) this.missing.push(row);
        }),
      );
      this.polls += 1;
      await pause;
    }
  }
}
