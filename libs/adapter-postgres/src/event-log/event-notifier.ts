import type { Database } from '../database/connect.ts';
import { logChannel, sequenceEvents } from './sequence.ts';

/**
 * Brings committed events to their readers at once: sequences them and sends one NOTIFY, outside any transaction, for
 * however many calls came meanwhile. Only a matter of speed: every reader also sequences and polls each second, so a
 * failure here loses nothing.
 */
export class EventNotifier {
  readonly #db: Database;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(db: Database, onError: (error: unknown) => void = () => undefined) {
    this.#db = db;
    this.#onError = onError;
  }

  /** Call after the commit of a transaction that appended events. Returns at once and never throws. */
  appended(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await sequenceEvents(this.#db);
        await this.#db.run((knex) => knex.raw('select pg_notify(?, ?)', [logChannel, '']));
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#running = undefined;
  }
}
