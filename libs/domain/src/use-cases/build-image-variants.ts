import { AppError, inSpan, type SpanOptions } from '@darkroom/kernel';
import type { Image, Variant } from '../model/image.ts';
import { isPublicKey, variantKey } from '../model/object-keys.ts';
import type { Preset } from '../model/preset.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { BuildResult, BuiltVariant, VariantBuilder } from '../ports/image-engine.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { PresetRepository } from '../ports/preset-repository.ts';
import type { Scratch } from '../ports/scratch.ts';
import { rebuildIfRestored } from './restore-image.ts';
import {
  runTask,
  type RejectImage,
  type TaskDependencies,
  type TaskOutcome,
  type TaskRequest,
  type WorkResult,
} from './run-task.ts';

export interface BuildVariantsDependencies extends TaskDependencies {
  readonly presets: PresetRepository;
  readonly categories: CategoryRepository;
  readonly store: ObjectStore;
  readonly objects: ObjectMaintenance;
  readonly builder: VariantBuilder;
  readonly scratch: Scratch;
  /** How long a variant that was replaced is kept, in milliseconds: pages may still name it. */
  readonly replacedGraceMs: number;
  readonly reject: RejectImage;
}

export type BuildVariantsRequest = Omit<TaskRequest, 'task'>;

/** Variants never change under their key, so every cache may keep them for a year. */
export const variantCacheControl = 'public, max-age=31536000, immutable';

/** Builds the variants of an accepted image: the objects first, then the row points at them. */
export function buildImageVariants(dependencies: BuildVariantsDependencies) {
  return async (request: BuildVariantsRequest): Promise<TaskOutcome> => {
    const written: string[] = [];
    let recorded = false;
    try {
      const outcome = await runTask(
        dependencies,
        { ...request, task: 'variants' },
        (image, signal) => buildAll(dependencies, image, written, signal),
        dependencies.reject,
      );
      recorded = outcome.kind === 'done';
      return outcome;
    } finally {
      if (!recorded && written.length > 0) await removeUnwanted(dependencies, request.imageId, written);
    }
  };
}

interface Planned {
  readonly preset: Preset;
  readonly key: string;
  /** What the row has under this key already, where it need not be built again. */
  readonly kept: Variant | undefined;
}

async function buildAll(
  { presets, categories, store, builder, scratch, replacedGraceMs }: BuildVariantsDependencies,
  image: Image,
  written: string[],
  signal: AbortSignal,
): Promise<WorkResult> {
  const { originalKey } = image;
  const requested = image.processing.variants.requestedVariants;
  if (originalKey === null) throw new TypeError('an accepted image has an original');
  const visibility = (await categories.get(image.categoryId))?.visibility ?? 'private';
  const plan = (await presets.list()).map((preset): Planned => {
    const key = variantKey(image, originalKey, preset, visibility);
    const wanted = requested?.includes(preset.name) ?? true;
    return { preset, key, kept: wanted ? undefined : image.variants.find((variant) => variant.key === key) };
  });
  const toBuild = plan.filter(({ kept }) => kept === undefined).map(({ preset }) => preset);

  const built: BuildResult = await scratch.withFile(async (path) => {
    if (toBuild.length === 0) return { ok: true, variants: [], notes: [] };
    if (!(await store.download(originalKey, path, signal))) {
      throw new AppError('not_found', 'the original is not in the store', {
        reason: 'original_missing',
        retryable: true,
      });
    }
    return inSpan('build variants', {}, () => builder.build(path, toBuild, signal));
  });
  if (!built.ok) return built;

  const keyOf = (preset: Preset): string => plan.find((planned) => planned.preset === preset)?.key ?? '';
  await Promise.all(
    built.variants.map(async (variant) => {
      const key = keyOf(variant.preset);
      written.push(key);
      await inSpan(`variant ${variant.preset.name}`, spanOf(variant), () =>
        store.put(
          key,
          variant.body,
          { contentType: variant.contentType, cacheControl: variantCacheControl },
          signal,
        ),
      );
    }),
  );
  const variants = plan.flatMap(({ preset, key, kept }) => {
    const made = built.variants.find((variant) => variant.preset === preset);
    return kept ?? (made === undefined ? [] : toVariant(key, made));
  });
  return {
    ok: true,
    record: (change) => {
      const current = new Set(variants.map(({ key }) => key));
      const replaced = change.image.variants.map(({ key }) => key).filter((key) => !current.has(key));
      const exposed = replaced.filter((key) => visibility === 'private' && isPublicKey(key));
      return change
        .set({ variants })
        .discard(replaced, replacedGraceMs)
        .discard(exposed, 0)
        .emit('ImageVariantsGenerated', {
          variants: variants.map(({ contentType, ...rest }) => ({ ...rest, content_type: contentType })),
        })
        .note('variants_ready', { variants: variants.map(({ name }) => name), notes: built.notes });
    },
  };
}

/** From where the engine began with this variant until it lies in the store. */
function spanOf({ preset, width, height, body, startedAt }: BuiltVariant): SpanOptions {
  return {
    startTime: startedAt,
    attributes: {
      'darkroom.variant.name': preset.name,
      'darkroom.variant.width': width,
      'darkroom.variant.height': height,
      'darkroom.variant.bytes': body.byteLength,
    },
  };
}

function toVariant(key: string, { preset, width, height, contentType, body }: BuiltVariant): Variant {
  return { name: preset.name, key, width, height, size: body.byteLength, contentType };
}

/**
 * Objects were written, and the row does not point at them. Where the image has been deleted or refused meanwhile they must
 * not stay; otherwise the next holder writes the same keys.
 */
async function removeUnwanted(
  { images, objects, clock }: BuildVariantsDependencies,
  imageId: string,
  written: string[],
) {
  const image = await images.get(imageId);
  if (image?.status === 'completed') return;
  await objects.remove(written);
  await rebuildIfRestored(images, imageId, clock);
}
