import type { Client, PresignOptions } from '@darkroom/testing';
import { post } from '@darkroom/testing';

export const orders = ['complete-first', 'notification-first', 'never-complete'] as const;
export type Order = (typeof orders)[number];

/** A killed relay's messages come again when their visibility timeout has passed, which may happen more than once. */
const patienceMs = 240_000;
const longestPauseMs = 1_000;

/** Tries again while the API is being killed: what a patient front end does. */
async function patiently<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const result = await attempt().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (result !== undefined) return result;
    if (Date.now() > deadline) throw new Error('waited in vain for the API or the relay');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** One upload through killed processes; answers the image's id once all that its order asks for is done. */
export async function uploadPatiently(client: Client, order: Order, file: PresignOptions): Promise<string> {
  const presigned = await patiently(() => client.presigned(file));
  await patiently(async () => {
    const answer = await post(presigned, file.bytes);
    if (answer.status !== 204) throw new Error(`S3 answered ${answer.status}: ${answer.body}`);
    return true;
  });
  const id = presigned.image_id;
  if (order === 'never-complete') return id;
  if (order === 'notification-first') {
    await patiently(async () => ((await client.image(id)).status === 'completed' ? true : undefined));
  }
  await patiently(async () => {
    const { status, body } = await client.complete(id, { title: '', tags: [''] });
    if (status === 200) return true;
    if (status >= 500) return undefined;
    throw new Error(`complete answered ${status}: ${JSON.stringify(body)}`);
  });
  return id;
}
