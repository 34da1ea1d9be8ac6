import type { ImageBody, ImageListBody, ImageSummaryBody } from '@darkroom/contracts';
import { keepAddresses } from './keep-addresses.ts';
import { summaryOf } from './summary-of.ts';

export interface ImageListState {
  readonly items: readonly ImageSummaryBody[];
  /** All that there are, loaded or not; undefined until known. */
  readonly count: number | undefined;
  readonly nextCursor: string | undefined;
  /** What the person is shown of it: more of the list on its way, or `again` after a failure. */
  readonly loading: 'no' | 'more' | 'again';
  /** Why the last load failed; stays until another one has come to its end. */
  readonly error: unknown;
}

type ListCall = (cursor: string | undefined, pageSize: number) => Promise<ImageListBody>;

const pageSize = 40;
const empty: ImageListState = {
  items: [],
  count: undefined,
  nextCursor: undefined,
  loading: 'no',
  error: undefined,
};

/** Images of one query, newest first, as far as they are loaded. Outlives the grid, so that "back" finds it as it was. */
export class ImageList {
  readonly #list: ListCall;
  readonly #takesNew: (image: ImageBody) => boolean;
  readonly #listeners = new Set<() => void>();
  #state = empty;
  #busy = false;
  /** What was asked for while something was being loaded. */
  readonly #wanted = new Set<'refresh' | 'more'>();
  #failed: 'page' | 'more' = 'page';

  /** `takesNew`: whether an image that is not in the list belongs into it; only the server knows where it is false. */
  constructor(list: ListCall, takesNew: (image: ImageBody) => boolean = () => true) {
    this.#list = list;
    this.#takesNew = takesNew;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ImageListState => this.#state;

  has(id: string): boolean {
    return this.#state.items.some((item) => item.id === id);
  }

  /**
   * Loads the first page, or what is new since: what is loaded stays where it is. Pictures keep the addresses that they
   * were loaded from, unless new ones are asked for.
   */
  async load({ newAddresses = false } = {}): Promise<void> {
    if (this.#busy) {
      this.#wanted.add('refresh');
      return;
    }
    await this.#during(this.#state.error === undefined ? 'no' : 'again', async () => {
      const page = await this.#firstPage(newAddresses ? this.#state.items.length : 0);
      const known = newAddresses ? [] : this.#state.items;
      const fresh = new Set(page.items.map(({ id }) => id));
      const oldest = page.items.at(-1)?.created_at ?? '';
      // Where the fresh page does not reach what is loaded, keeping that would leave a gap between the two.
      const joined = page.next_cursor !== null && this.#state.items.some(({ id }) => fresh.has(id));
      const older = this.#state.items.filter((i) => joined && !fresh.has(i.id) && i.created_at < oldest);
      this.#set({
        items: [...keepAddresses(page.items, known), ...older],
        count: page.count,
        nextCursor: older.length > 0 ? this.#state.nextCursor : (page.next_cursor ?? undefined),
      });
    });
  }

  async loadMore(): Promise<void> {
    const { nextCursor, loading } = this.#state;
    if (loading !== 'no' || nextCursor === undefined) return;
    if (this.#busy) {
      this.#wanted.add('more');
      return;
    }
    await this.#during('more', async () => {
      const page = await this.#list(nextCursor, pageSize);
      const known = new Set(this.#state.items.map(({ id }) => id));
      this.#set({
        items: [...this.#state.items, ...page.items.filter(({ id }) => !known.has(id))],
        count: page.count,
        nextCursor: page.next_cursor ?? undefined,
      });
    });
  }

  /** What failed, once more. */
  retry(): Promise<void> {
    return this.#failed === 'more' ? this.loadMore() : this.load();
  }

  /** Takes up a new or changed image, in its place by date. */
  put(image: ImageBody): void {
    if (!this.has(image.id) && !this.#isNew(image)) return;
    const before = this.#state.items.filter(({ id }) => id === image.id);
    const others = this.#state.items.filter(({ id }) => id !== image.id);
    const at = others.findIndex(({ created_at }) => created_at < image.created_at);
    const fresh = keepAddresses([summaryOf(image)], before);
    const items = others.toSpliced(at === -1 ? others.length : at, 0, ...fresh);
    const added = before.length === 0 ? 1 : 0;
    this.#set({ items, ...(this.#state.count !== undefined && { count: this.#state.count + added }) });
  }

  remove(id: string): void {
    const items = this.#state.items.filter((item) => item.id !== id);
    const gone = this.#state.items.length - items.length;
    if (gone === 0) return;
    this.#set({ items, ...(this.#state.count !== undefined && { count: this.#state.count - gone }) });
  }

  /** An image that the list has neither loaded nor counted, and that has its place among those that are loaded. */
  #isNew(image: ImageBody): boolean {
    const { items, count, nextCursor } = this.#state;
    if (!this.#takesNew(image)) return false;
    if (this.#busy) this.#wanted.add('refresh'); // the answer may be from before there was this image
    const oldest = items.at(-1)?.created_at ?? '';
    return count !== undefined && (nextCursor === undefined || image.created_at > oldest);
  }

  /** The first page, or as many as hold so many images: what is loaded further down is asked for again as well. */
  async #firstPage(atLeast: number): Promise<ImageListBody> {
    let page = await this.#list(undefined, pageSize);
    while (page.items.length < atLeast && page.next_cursor !== null) {
      const next = await this.#list(page.next_cursor, pageSize);
      page = { ...next, items: [...page.items, ...next.items] };
    }
    return page;
  }

  async #during(loading: ImageListState['loading'], work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#set({ loading });
    try {
      await work();
      this.#busy = false;
      this.#set({ loading: 'no', error: undefined });
    } catch (error) {
      this.#failed = loading === 'more' ? 'more' : 'page';
      this.#wanted.clear();
      this.#busy = false;
      this.#set({ loading: 'no', error });
    }
    if (this.#wanted.delete('refresh')) await this.load();
    else if (this.#wanted.delete('more')) await this.loadMore();
  }

  /** Tells of what has changed; nothing is drawn anew where nothing has. */
  #set(change: Partial<ImageListState>): void {
    const before = this.#state;
    const next = { ...before, ...change };
    if (isSame(next.items, before.items)) next.items = before.items;
    if (isSame(Object.values(next), Object.values(before))) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
