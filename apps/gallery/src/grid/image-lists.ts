import type { ImageBody } from '@darkroom/contracts';
import type { DarkroomApi } from '../api/darkroom-api.ts';
import { ImageList } from './image-list.ts';
import { addressOf, isFiltered, type ImageQuery } from './image-query.ts';

/** So many queries are remembered, for "back" to find them as they were. */
const remembered = 8;

/** The lists of one person, one for each query, the newest few of them. */
export class ImageLists {
  readonly #api: Pick<DarkroomApi, 'list'>;
  readonly #lists = new Map<string, ImageList>();

  constructor(api: Pick<DarkroomApi, 'list'>) {
    this.#api = api;
  }

  /** The list of a query: the same one each time, while it is remembered. */
  of(query: ImageQuery): ImageList {
    const key = addressOf(query).toString();
    const list = this.#lists.get(key) ?? this.#make(query);
    this.#lists.delete(key);
    this.#lists.set(key, list); // the last one used stands last
    const oldest = [...this.#lists.keys()].slice(0, -remembered);
    for (const forgotten of oldest) this.#lists.delete(forgotten);
    return list;
  }

  /** Takes an image that is new or has changed into the lists that it belongs to. */
  put(image: ImageBody): void {
    for (const list of this.#lists.values()) list.put(image);
  }

  remove(id: string): void {
    for (const list of this.#lists.values()) list.remove(id);
  }

  #make(query: ImageQuery): ImageList {
    // Whether a new image fits a query is for the server to say.
    const takesNew = (image: ImageBody) => !isFiltered(query) && image.status === 'completed';
    return new ImageList((cursor, pageSize) => this.#api.list(query, cursor, pageSize), takesNew);
  }
}
