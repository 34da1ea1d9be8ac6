import type {
  CategoryBody,
  CategoryChange,
  CategoryInput,
  DeadLetterDetailBody,
  DeadLetterListBody,
  Description,
  ImageBody,
  ImageListBody,
  OperationsBody,
  OverviewBody,
  TimelineEntryBody,
} from '@darkroom/contracts';
import type { ApiRequest, Ask } from '@darkroom/upload-client';
import { apiParamsOf, type ImageQuery } from '../grid/image-query.ts';

/** A new category; what has a default may be left out. */
export type NewCategory = Pick<CategoryInput, 'name' | 'max_file_size' | 'allowed_extensions'> &
  CategoryChange;

/** The calls that the page makes, one function each; those of an upload are the upload client's. */
export interface DarkroomApi {
  categories(signal?: AbortSignal): Promise<CategoryBody[]>;
  list(
    query: ImageQuery,
    cursor: string | undefined,
    pageSize: number,
    signal?: AbortSignal,
  ): Promise<ImageListBody>;
  image(id: string, signal?: AbortSignal): Promise<ImageBody>;
  timeline(id: string, signal?: AbortSignal): Promise<TimelineEntryBody[]>;
  overview(signal?: AbortSignal): Promise<OverviewBody>;
  /** Throws `precondition_failed` (412) where the image is no longer the one that is given. */
  update(image: ImageBody, description: Description): Promise<ImageBody>;
  remove(id: string): Promise<unknown>;
  removeForGood(id: string): Promise<unknown>;
  restore(id: string): Promise<ImageBody>;
  rebuild(id: string): Promise<unknown>;
  /** For admins: inactive ones too. Throws `forbidden` for all others. */
  allCategories(signal?: AbortSignal): Promise<CategoryBody[]>;
  createCategory(category: NewCategory): Promise<CategoryBody>;
  updateCategory(id: number, change: CategoryChange): Promise<CategoryBody>;
  /** For admins, as all that follow. Throws `forbidden` for all others. */
  operations(signal?: AbortSignal): Promise<OperationsBody>;
  deadLetters(cursor: string | undefined, signal?: AbortSignal): Promise<DeadLetterListBody>;
  deadLetter(id: string, signal?: AbortSignal): Promise<DeadLetterDetailBody>;
  replayDeadLetter(id: string): Promise<unknown>;
  discardDeadLetter(id: string): Promise<unknown>;
}

export function createDarkroomApi(ask: Ask): DarkroomApi {
  /** Which state of an image an object is, for "change it if it is still this one" (RFC 9110, If-Match). */
  const etags = new WeakMap<ImageBody, string>();
  const send = async <T>(path: string, request: ApiRequest = {}) =>
    (await (await ask(path, request)).json()) as T;
  const sendForImage = async (path: string, request: ApiRequest = {}) => {
    const answer = await ask(path, request);
    const image = (await answer.json()) as ImageBody;
    const etag = answer.headers.get('etag');
    if (etag !== null) etags.set(image, etag);
    return image;
  };
  const ifUnchanged = (image: ImageBody) => {
    const etag = etags.get(image);
    return etag === undefined ? {} : { headers: { 'if-match': etag } };
  };
  const of = (id: string, rest = '') => `/images/${encodeURIComponent(id)}${rest}`;
  return {
    categories: (signal) => send('/images/categories', { signal }),
    list: (query, cursor, pageSize, signal) => {
      const params = apiParamsOf(query);
      params.set('page_size', String(pageSize));
      if (cursor !== undefined) params.set('cursor', cursor);
      return send(`/images?${params}`, { signal });
    },
    image: (id, signal) => sendForImage(of(id), { signal }),
    timeline: (id, signal) => send(of(id, '/timeline'), { signal }),
    overview: (signal) => send('/images/stats/overview', { signal }),
    update: (image, description) =>
      sendForImage(of(image.id), { method: 'PATCH', body: description, ...ifUnchanged(image) }),
    remove: (id) => send(of(id), { method: 'DELETE' }),
    removeForGood: (id) => send(of(id, '?permanent=true'), { method: 'DELETE' }),
    restore: (id) => sendForImage(of(id, '/restore'), { method: 'POST' }),
    rebuild: (id) => send(of(id, '/variants'), { method: 'POST', body: {} }),
    allCategories: (signal) => send('/admin/categories', { signal }),
    createCategory: (category) => send('/admin/categories', { method: 'POST', body: category }),
    updateCategory: (id, change) => send(`/admin/categories/${id}`, { method: 'PATCH', body: change }),
    operations: (signal) => send('/admin/overview', { signal }),
    deadLetters: (cursor, signal) =>
      send(`/admin/dead-letters${cursor === undefined ? '' : `?cursor=${cursor}`}`, { signal }),
    deadLetter: (id, signal) => send(`/admin/dead-letters/${id}`, { signal }),
    replayDeadLetter: (id) => send(`/admin/dead-letters/${id}/replay`, { method: 'POST' }),
    discardDeadLetter: (id) => send(`/admin/dead-letters/${id}`, { method: 'DELETE' }),
  };
}
