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
    this.#stop.abort();
    await this.#running;
    await this.#database.end();
  }

  /** All that rows point at now. */
  async rows(): Promise<Row[]> {
    return (await this.#database.query<Row>(pointed)).rows;
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
