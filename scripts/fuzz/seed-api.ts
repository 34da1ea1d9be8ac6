import { readFile } from 'node:fs/promises';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { Client } from '@darkroom/testing';

/** Things that are there, so that calls come further than to 404. */
export interface Seeded {
  /** An admin's. */
  readonly token: string;
  /** Of somebody who has nothing and is no admin. */
  readonly stranger: string;
  readonly owner: string;
  /** A completed image with variants and metadata; nothing deletes it. */
  readonly image: string;
  /** Images to delete and to restore. */
  readonly expendable: readonly string[];
  readonly category: number;
  readonly webhooks: Readonly<Record<'own' | 'global', SeededWebhook>>;
}

interface SeededWebhook {
  readonly id: string;
  readonly delivery: string;
  /** To be removed. */
  readonly expendable: string;
}

const owner = 'fuzz';
/** A public address, since others are refused; nothing is sent there. */
const somewhere = 'https://93.184.215.14/';

/** Makes them by the API itself. Throws where it does not do as it should. */
export async function seedApi(api: string): Promise<Seeded> {
  const token = await tokenOf(api, owner, ['admin']);
  const client = new Client(api, token);
  const [image = '', ...expendable] = await uploadAll(client, 4);
  const category = await made<{ id: number }>(client, '/admin/categories', {
    name: 'fuzz',
    max_file_size: 1_000_000,
    allowed_extensions: ['jpg'],
  });
  return {
    token,
    stranger: await tokenOf(api, 'stranger', []),
    owner,
    image,
    expendable,
    category: category.id,
    webhooks: { own: await webhooks(client, '/webhooks'), global: await webhooks(client, '/admin/webhooks') },
  };
}

async function tokenOf(api: string, sub: string, roles: readonly string[]): Promise<string> {
  const body = { sub, roles };
  return (await made<{ token: string }>(new Client(api, ''), '/local/token', body)).token;
}

async function uploadAll(client: Client, count: number): Promise<string[]> {
  const bytes = await readFile(fixturePath('orientation-6.jpg'));
  const file = { filename: 'a.jpg', contentType: 'image/jpeg', bytes };
  return Promise.all(
    Array.from({ length: count }, async () => {
      const id = await client.send(file);
      await client.complete(id);
      await client.settled(id);
      return id;
    }),
  );
}

async function webhooks(client: Client, base: string): Promise<SeededWebhook> {
  const { id } = await made<{ id: string }>(client, base, { url: somewhere });
  const expendable = await made<{ id: string }>(client, base, { url: somewhere });
  const delivery = await made<{ id: string }>(client, `${base}/${id}/test`);
  return { id, delivery: delivery.id, expendable: expendable.id };
}

async function made<T>(client: Client, path: string, body?: unknown): Promise<T> {
  const answer = await client.call<T>('POST', path, body);
  if (answer.status >= 300)
    throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
