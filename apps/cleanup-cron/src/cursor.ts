import type { Services } from './task.ts';

const maxBytes = 2_048;

/** Where a long walk goes on in the next run. Kept beside the objects, so that any machine can go on. */
export function cursorOf({ objects, maintenance }: Pick<Services, 'objects' | 'maintenance'>, name: string) {
  const key = `maintenance/${name}.cursor`;
  return {
    read: async (): Promise<string | undefined> => {
      const bytes = await objects.readStart(key, maxBytes);
      return bytes === undefined || bytes.length === 0 ? undefined : Buffer.from(bytes).toString('utf8');
    },
    /** `undefined`: the walk came to its end, and begins anew. */
    write: async (mark: string | undefined): Promise<void> => {
      if (mark === undefined) await maintenance.remove([key]);
      else await objects.put(key, Buffer.from(mark, 'utf8'), { contentType: 'text/plain; charset=utf-8' });
    },
  };
}
