import { imageIdOfKey, isOwnKey, type ListedObject } from '@darkroom/domain';
import { cursorOf } from '../cursor.ts';
import { forEachPage } from '../each.ts';
import type { TaskContext } from '../task.ts';
import type { WrongPlaceGuard } from '../wrong-place.ts';

/** Removes what no row knows: copies of an acceptance that crashed, variants of a worker that did. Goes on where it stopped. */
export async function reconcileObjects(
  context: TaskContext,
  prefix: string,
  guard: WrongPlaceGuard,
): Promise<void> {
  const { services, report, dryRun, signal } = context;
  const cursor = cursorOf(services, `reconcile-${prefix.slice(0, -1)}`);
  const stoppedAt = await forEachPage(
    context,
    (after, limit) => services.maintenance.list(prefix, after, limit, signal),
    ({ key }) => key,
    async (page) => {
      report.count('objects', page.length);
      report.count('foreign', page.filter(({ key }) => !isOwnKey(key)).length);
      return removeUnknown(context, page, guard);
    },
    guard.begin(await cursor.read()),
  );
  if (!dryRun) await cursor.write(stoppedAt);
}

/** Answers the first unknown object that the limit left alone. */
async function removeUnknown(
  { services, report, now, ages, dryRun }: TaskContext,
  page: readonly ListedObject[],
  guard: WrongPlaceGuard,
): Promise<ListedObject | undefined> {
  const before = now.getTime() - ages.strayMs;
  const old = page.filter(({ key, lastModified }) => isOwnKey(key) && lastModified.getTime() < before);
  const known = await services.queries.knownKeys(old.map(({ key }) => key));
  const allUnknown = old.filter(({ key }) => !known.has(key));
  guard.check({
    found: known.size,
    missing: allUnknown.length,
    what: 'objects of a page are unknown to the database',
  });
  const unreached = allUnknown[report.left];
  const unknown = allUnknown.slice(0, report.left).map(({ key }) => key);
  for (const key of unknown) report.did(dryRun ? 'remove' : 'removed', key);
  if (dryRun || unknown.length === 0) return unreached;
  await services.maintenance.remove(unknown);
  // A worker may have written and recorded one of these keys again in this very moment: then it is built once more
  for (const key of await services.queries.knownKeys(unknown)) {
    const imageId = imageIdOfKey(key);
    if (imageId === undefined) continue;
    await services.reprocess(imageId, ({ variants }) =>
      variants.some((variant) => variant.key === key) ? ['variants'] : [],
    );
    report.count('rebuilt');
  }
  return unreached;
}
