import { once } from 'node:events';
import { Client } from 'pg';
import { translated } from './translate-error.ts';

/**
 * Whether a session stays a session: what one statement listens to, a later notification reaches. Behind a transaction pooler it
 * does not. Throws `unavailable` where the database cannot be reached.
 */
export async function canListen(url: string): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    application_name: 'darkroom-doctor',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined); // a lost connection also fails the query that waits on it
  return translated(async () => {
    try {
      await client.connect();
      await client.query('listen darkroom_doctor');
      const heard = once(client, 'notification', { signal: AbortSignal.timeout(2_000) }).then(
        () => true,
        () => false,
      );
      await client.query('notify darkroom_doctor');
      return await heard;
    } finally {
      await client.end();
    }
  });
}
