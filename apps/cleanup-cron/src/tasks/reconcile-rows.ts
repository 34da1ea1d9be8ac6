import { misplacedVariants, objectsOf, type Category, type Image } from '@darkroom/domain';
import { cursorOf } from '../cursor.ts';
import { forEach, forEachPage } from '../each.ts';
import type { TaskContext } from '../task.ts';
import type { WrongPlaceGuard } from '../wrong-place.ts';

interface Finding {
  readonly image: Image;
  readonly missing: readonly string[];
}

/** Repairs rows that point at objects which are gone, or lie where their category's visibility does not want them. Goes on where it stopped. */
export async function reconcileRows(context: TaskContext, guard: WrongPlaceGuard): Promise<void> {
  const { services, report, dryRun } = context;
  const cursor = cursorOf(services, 'reconcile-rows');
  const categories = new Map(
    (await services.categories.list({ includeInactive: true })).map((category) => [category.id, category]),
  );
  const stoppedAt = await forEachPage(
    context,
    (after, limit) => services.queries.withObjects(after, limit),
    ({ id }) => id,
    async (page) => {
      report.count('rows', page.length);
      const { findings, unreached } = await look(context, page, categories);
      const looked = unreached === undefined ? page.length : page.indexOf(unreached);
      const missing = findings.filter(lostOriginal).length;
      guard.check({ found: looked - missing, missing, what: 'originals of a page are not in the bucket' });
      const unrepaired = await forEach(
        context,
        findings,
        ({ image }) => image.id,
        (finding) => repair(context, finding),
      );
      return unrepaired?.image ?? unreached;
    },
    guard.begin(await cursor.read()),
  );
  if (!dryRun) await cursor.write(stoppedAt);
}

async function look(context: TaskContext, page: readonly Image[], categories: ReadonlyMap<number, Category>) {
  const { services, signal } = context;
  const found = new Map<Image, Finding>();
  const unreached = await forEach(
    context,
    page,
    ({ id }) => id,
    async (image) => {
      const missing: string[] = [];
      for (const key of objectsOf(image)) {
        if ((await services.objects.head(key, signal)) === undefined) missing.push(key);
      }
      const visibility = categories.get(image.categoryId)?.visibility ?? 'private';
      const misplaced = misplacedVariants(image, visibility).length > 0;
      if (missing.length > 0 || misplaced) found.set(image, { image, missing });
    },
  );
  // In the page's order, so that the first one left over is a mark to go on from
  const findings = page.flatMap((image) => found.get(image) ?? []);
  return { findings, unreached };
}

function lostOriginal({ image, missing }: Finding): boolean {
  return image.originalKey !== null && missing.includes(image.originalKey);
}

async function repair({ services, report, dryRun }: TaskContext, finding: Finding): Promise<void> {
  const { id } = finding.image;
  if (finding.missing.length === 0) {
    report.did(dryRun ? 'move' : await services.moveVariants(id), id);
    return;
  }
  const current = await services.images.get(id);
  const pointsAt = new Set(current === undefined ? [] : objectsOf(current));
  if (!finding.missing.some((key) => pointsAt.has(key))) return; // it changed meanwhile
  if (current?.status === 'deleted') {
    report.count('deleted_incomplete');
    return;
  }
  if (lostOriginal(finding)) {
    if (!dryRun) await services.reject(id, 'object_lost', 'the original is not in the store any more');
    report.did(dryRun ? 'fail' : 'failed', `${id} (object_lost)`);
    return;
  }
  if (!dryRun) await services.reprocess(id, () => ['variants']);
  report.did('reprocess', `${id} (${finding.missing.length} variants missing)`);
}
