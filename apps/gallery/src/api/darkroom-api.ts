import type {
  CategoryBody,
  Description,
  ImageBody,
  ImageListBody,
  TimelineEntryBody,
} from '@darkroom/contracts';
import type { Send } from '@darkroom/upload-client';

/** The calls that the page makes, one function each; those of an upload are the upload client's. */
export interface DarkroomApi {
  categories(signal?: AbortSignal): Promise<CategoryBody[]>;
  list(cursor: string | undefined, pageSize: number, signal?: AbortSignal): Promise<ImageListBody>;
  image(id: string, signal?: AbortSignal): Promise<ImageBody>;
  timeline(id: string, signal?: AbortSignal): Promise<TimelineEntryBody[]>;
  update(id: string, description: Description): Promise<ImageBody>;
  remove(id: string): Promise<unknown>;
  restore(id: string): Promise<ImageBody>;
  rebuild(id: string): Promise<unknown>;
}

export function createDarkroomApi(send: Send): DarkroomApi {
  const of = (id: string, rest = '') => `/images/${encodeURIComponent(id)}${rest}`;
  return {
    categories: (signal) => send('/images/categories', { signal }),
    list: (cursor, pageSize, signal) => {
      const query = new URLSearchParams({ page_size: String(pageSize) });
      if (cursor !== undefined) query.set('cursor', cursor);
      return send(`/images?${query}`, { signal });
    },
    image: (id, signal) => send(of(id), { signal }),
    timeline: (id, signal) => send(of(id, '/timeline'), { signal }),
    update: (id, description) => send(of(id), { method: 'PATCH', body: description }),
    remove: (id) => send(of(id), { method: 'DELETE' }),
    restore: (id) => send(of(id, '/restore'), { method: 'POST' }),
    rebuild: (id) => send(of(id, '/variants'), { method: 'POST', body: {} }),
  };
}
