import type { Clock } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { variantKey } from '../model/object-keys.ts';
import type { Preset } from '../model/preset.ts';
import { requestReprocess } from '../model/processing.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { MaintenanceQueries } from '../ports/maintenance-queries.ts';
import type { PresetRepository } from '../ports/preset-repository.ts';

export interface BackfillDependencies {
  readonly images: Pick<ImageRepository, 'update'>;
  readonly maintenance: Pick<MaintenanceQueries, 'withObjects'>;
  readonly presets: Pick<PresetRepository, 'list'>;
  readonly categories: Pick<CategoryRepository, 'list'>;
  readonly clock: Clock;
}

export interface BackfillOptions {
  /** Of this category alone; undefined: of all. */
  readonly categoryId: number | undefined;
  /** Go on behind this image. */
  readonly after: string | undefined;
  /** Ask for at most so many images. */
  readonly limit: number;
  readonly dryRun: boolean;
}

export interface BackfillResult {
  readonly looked: number;
  readonly asked: number;
  /** Behind which image to go on; undefined at the end. */
  readonly goOnAfter: string | undefined;
}

const pageSize = 200;

/**
 * Asks for the variants of images that do not fit the presets as they are now: those that are missing are built, those of
 * presets that are gone are let go of. Images whose variants are being built are left alone, since that is by the present
 * presets; so it may be repeated, and stopped anywhere.
 */
export function backfillVariants(dependencies: BackfillDependencies) {
  const { images, maintenance, clock } = dependencies;
  return async ({ categoryId, after, limit, dryRun }: BackfillOptions): Promise<BackfillResult> => {
    const missingOf = await missingBy(dependencies);
    let [looked, asked, last] = [0, 0, after];
    for (;;) {
      const page = await maintenance.withObjects(last, pageSize);
      for (const image of page) {
        if (asked >= limit) return { looked, asked, goOnAfter: last };
        last = image.id;
        if (categoryId !== undefined && image.categoryId !== categoryId) continue;
        looked += 1;
        if (missingOf(image) === undefined) continue;
        asked += 1;
        if (dryRun) continue;
        await images.update(image.id, (current) => {
          const missing = missingOf(current);
          if (missing === undefined) return undefined;
          return requestReprocess(new ChangeBuilder(current, clock.now()), ['variants'], missing).build();
        });
      }
      if (page.length < pageSize) return { looked, asked, goOnAfter: undefined };
    }
  };
}

/** Names of the presets whose variant an image lacks, and undefined where it fits them all. */
async function missingBy({ presets, categories }: BackfillDependencies) {
  const wanted = await presets.list();
  const all = await categories.list({ includeInactive: true });
  const visibilities = new Map(all.map(({ id, visibility }) => [id, visibility]));
  return (image: Image): string[] | undefined => {
    const { originalKey, processing, variants } = image;
    const underWay = processing.variants.state === 'pending' || processing.variants.state === 'running';
    if (image.status !== 'completed' || originalKey === null || underWay) return undefined;
    const visibility = visibilities.get(image.categoryId) ?? 'private';
    const keyOf = (preset: Preset) => variantKey(image, originalKey, preset, visibility);
    const there = new Set(variants.map(({ key }) => key));
    const missing = wanted.filter((preset) => !there.has(keyOf(preset))).map(({ name }) => name);
    const surplus = there.size > wanted.length - missing.length;
    return missing.length > 0 || surplus ? missing : undefined;
  };
}
