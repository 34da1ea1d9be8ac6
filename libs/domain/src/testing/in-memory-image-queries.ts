import type { ImageStatus } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import type { TimelineEntry } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { searchNeedles, searchText } from '../model/search-text.ts';
import type { ImageFilter, ImagePage, ImageQueries, Overview, PageStart } from '../ports/image-queries.ts';
import type { InMemoryState } from './in-memory-state.ts';

export class InMemoryImageQueries implements ImageQueries {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async list(filter: ImageFilter, start: PageStart, pageSize: number): Promise<ImagePage> {
    const matches = this.#images()
      .filter((image) => matchesFilter(image, filter))
      .sort(newestFirst);
    const first =
      'cursor' in start ? afterCursor(matches, start.cursor, filter) : (start.page - 1) * pageSize;
    const items = matches.slice(first, first + pageSize);
    const more = matches.length > first + pageSize;
    const last = items.at(-1);
    const nextCursor = more && last !== undefined ? cursorOf(last, filter) : undefined;
    return { items, count: matches.length, nextCursor };
  }

  async overview(ownerId: string | undefined): Promise<Overview> {
    const images = this.#images().filter((image) => ownerId === undefined || image.ownerId === ownerId);
    const completed = images.filter(({ status }) => status === 'completed');
    const byStatus = new Map<ImageStatus, number>();
    for (const { status } of images) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const byCategory = [...this.#state.categories.values()].map(({ id, name }) => {
      const inCategory = completed.filter(({ categoryId }) => categoryId === id);
      return { name, count: inCategory.length, totalSize: bytesOf(inCategory) };
    });
    return {
      totalImages: completed.length,
      totalSize: bytesOf(completed),
      byCategory: byCategory.filter(({ count }) => count > 0),
      byStatus: [...byStatus].map(([status, count]) => ({ status, count })),
    };
  }

  async timeline(imageId: string, afterSeq: number): Promise<readonly TimelineEntry[]> {
    return (this.#state.timeline.get(imageId) ?? []).filter(({ seq }) => seq > afterSeq);
  }

  async findCompletedBySha256(ownerId: string, sha256: string): Promise<Image | undefined> {
    return this.#images()
      .filter((image) => image.ownerId === ownerId && image.sha256 === sha256 && image.status === 'completed')
      .sort(newestFirst)[0];
  }

  #images(): Image[] {
    const now = new Date();
    const isOver = ({ status, purgeAfter }: Image) =>
      status === 'deleted' && purgeAfter !== null && purgeAfter <= now;
    return [...this.#state.images.values()].filter((image) => !isOver(image));
  }
}

const bytesOf = (images: readonly Image[]): number => images.reduce((sum, { fileSize }) => sum + fileSize, 0);

function newestFirst(a: Image, b: Image): number {
  if (a.id === b.id) return 0;
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
}

function matchesFilter(image: Image, filter: ImageFilter): boolean {
  const { ownerId, categoryId, status = 'completed', tags = [], from, before } = filter;
  const text = searchText(image);
  return (
    image.status === status &&
    (ownerId === undefined || image.ownerId === ownerId) &&
    (categoryId === undefined || image.categoryId === categoryId) &&
    (from === undefined || image.createdAt >= from) &&
    (before === undefined || image.createdAt < before) &&
    tags.every((tag) => image.tags.includes(tag)) &&
    searchNeedles(filter.search ?? '').every((needle) => text.includes(needle))
  );
}

const filterText = (filter: ImageFilter): string =>
  JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)));

function cursorOf({ id }: Pick<Image, 'id'>, filter: ImageFilter): string {
  return Buffer.from(`${id} ${filterText(filter)}`).toString('base64url');
}

function afterCursor(matches: readonly Image[], cursor: string, filter: ImageFilter): number {
  const last = matches.findIndex((image) => cursorOf(image, filter) === cursor);
  if (last < 0)
    throw new AppError('invalid', 'this is not a cursor of this list', { reason: 'invalid_cursor' });
  return last + 1;
}
