import type { ImageSummaryBody } from '@darkroom/contracts';

/**
 * Fresh summaries with the picture addresses of the ones before, where they lead to the same object: a signed address
 * is another one each time, and a new one would make the browser load the same picture again. What is as it was stays the
 * same object, so that nothing is drawn anew for it.
 */
export function keepAddresses(
  fresh: readonly ImageSummaryBody[],
  before: readonly ImageSummaryBody[],
): readonly ImageSummaryBody[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return fresh.map((item) => {
    const old = known.get(item.id);
    if (old === undefined) return item;
    const kept = {
      ...item,
      thumbnail_url: sameObject(item.thumbnail_url, old.thumbnail_url),
      small_url: sameObject(item.small_url, old.small_url),
      preview_url: sameObject(item.preview_url, old.preview_url),
    };
    return JSON.stringify(kept) === JSON.stringify(old) ? old : kept;
  });
}

const withoutQuery = (address: string) => address.split('?', 1)[0];

function sameObject(fresh: string | null, old: string | null): string | null {
  return fresh !== null && old !== null && withoutQuery(fresh) === withoutQuery(old) ? old : fresh;
}
