import { Client } from 'pg';
import { translateError } from '../database/translate-error.ts';

const reconnectMs = 1_000;

/** `payload` is empty for many; undefined after the connection was lost, when anything may have been missed. */
export type NotificationHandler = (channel: string, payload: string | undefined) => void;

/**
 * One connection that LISTENs, made again when it is lost. LISTEN belongs to a session, so `url` must lead to Postgres
 * itself, not to a transaction pooler. What it misses the readers' poll finds.
 */
export class LogListener {
  readonly #url: string;
  readonly #channels: readonly string[];
  readonly #onNotification: NotificationHandler;
  readonly #onError: (error: unknown) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    url: string,
    channels: readonly string[],
    onNotification: NotificationHandler,
    onError: (error: unknown) => void,
  ) {
    this.#url = url;
    this.#channels = channels;
    this.#onNotification = onNotification;
    this.#onError = onError;
  }

  /** Connects. Throws `unavailable` where the first attempt fails. */
  async start(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'darkroom-listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('error', this.#onError);
    client.on('end', () => this.#restore());
    client.on('notification', ({ channel, payload }) => this.#onNotification(channel, payload ?? ''));
    this.#client = client;
    try {
      await client.connect();
      for (const channel of this.#channels) await client.query(`listen ${channel}`);
    } catch (error) {
      client.removeAllListeners('end');
      await client.end().catch(() => undefined); // it failed to connect: there is nothing left to end
      throw translateError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  #restore(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.start().then(
        () => (this.#closed ? void this.#client?.end() : this.#onNotification('', undefined)),
        (error: unknown) => {
          this.#onError(error);
          this.#restore();
        },
      );
    }, reconnectMs);
  }
}
