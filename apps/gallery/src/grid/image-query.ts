import type { ImageStatus } from '@darkroom/contracts';

/** What the gallery offers to list; deleted images have a page of their own. */
export const listedStatuses = ['completed', 'uploading', 'failed'] as const satisfies ImageStatus[];

/** Which images to list. */
export interface ImageQuery {
  readonly search: string;
  readonly category: number | undefined;
  readonly status: ImageStatus;
  /** All of them must be there. */
  readonly tags: readonly string[];
  /** Days of the reader's own time zone, `2026-03-01`; both belong to the range. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export const everything: ImageQuery = {
  search: '',
  category: undefined,
  status: 'completed',
  tags: [],
  from: undefined,
  to: undefined,
};

const day = /^\d{4}-\d\d-\d\d$/;
const isListed = (value: string | null): value is (typeof listedStatuses)[number] =>
  (listedStatuses as readonly (string | null)[]).includes(value);

/** Reads a query from the page's address. What makes no sense there is left out. */
export function parseQuery(params: URLSearchParams): ImageQuery {
  const status = params.get('status');
  const category = Number(params.get('category') ?? NaN);
  const tags = params.getAll('tag').map((tag) => tag.trim());
  return {
    search: (params.get('q') ?? '').slice(0, 200),
    category: Number.isSafeInteger(category) && category > 0 ? category : undefined,
    status: isListed(status) ? status : everything.status,
    tags: [...new Set(tags)].filter((tag) => tag !== ''),
    from: dayOf(params.get('from')),
    to: dayOf(params.get('to')),
  };
}

function dayOf(text: string | null): string | undefined {
  return text !== null && day.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** The query as it stands in the page's address; the same query always gives the same text. */
export function addressOf(query: ImageQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.search.trim() !== '') params.set('q', query.search);
  if (query.category !== undefined) params.set('category', String(query.category));
  if (query.status !== everything.status) params.set('status', query.status);
  for (const tag of query.tags) params.append('tag', tag);
  if (query.from !== undefined) params.set('from', query.from);
  if (query.to !== undefined) params.set('to', query.to);
  return params;
}

/** The query as the API takes it: whole days become instants of the reader's time zone. */
export function apiParamsOf(query: ImageQuery): URLSearchParams {
  const params = new URLSearchParams();
  const search = query.search.trim();
  if (search !== '') params.set('search', search);
  if (query.category !== undefined) params.set('category_id', String(query.category));
  if (query.status !== everything.status) params.set('status', query.status);
  for (const tag of query.tags) params.append('tags', tag);
  if (query.from !== undefined) params.set('date_from', new Date(`${query.from}T00:00:00`).toISOString());
  if (query.to !== undefined) params.set('date_to', new Date(`${query.to}T23:59:59.999`).toISOString());
  return params;
}

export function isFiltered(query: ImageQuery): boolean {
  return addressOf(query).size > 0;
}
