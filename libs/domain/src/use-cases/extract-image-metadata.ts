import { AppError } from '@darkroom/kernel';
import type { MetadataExtractor } from '../ports/image-engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Scratch } from '../ports/scratch.ts';
import {
  runTask,
  type RejectImage,
  type TaskDependencies,
  type TaskOutcome,
  type TaskRequest,
} from './run-task.ts';

export interface ExtractMetadataDependencies extends TaskDependencies {
  readonly store: ObjectStore;
  readonly extractor: MetadataExtractor;
  readonly scratch: Scratch;
  readonly reject: RejectImage;
}

/** Reads EXIF, IPTC, XMP and the image's facts from the original, and records them. */
export function extractImageMetadata(dependencies: ExtractMetadataDependencies) {
  const { store, extractor, scratch } = dependencies;
  return (request: Omit<TaskRequest, 'task'>): Promise<TaskOutcome> =>
    runTask(
      dependencies,
      { ...request, task: 'metadata' },
      async ({ originalKey }, signal) => {
        if (originalKey === null) throw new TypeError('an accepted image has an original');
        const result = await scratch.withFile(async (path) => {
          if (!(await store.download(originalKey, path, signal))) {
            const options = { reason: 'original_missing', retryable: true };
            throw new AppError('not_found', 'the original is not in the store', options);
          }
          return extractor.extract(path, signal);
        });
        if (!result.ok) return result;
        const { width, height, sha256, dominantColor, placeholder, perceptualHash, metadata, gps, warnings } =
          result.extracted;
        return {
          ok: true,
          record: (change) => {
            change
              .set({ width, height, sha256, dominantColor, placeholder, perceptualHash, metadata, gps })
              .emit('ImageMetadataExtracted', { width, height, sha256, dominant_color: dominantColor });
            if (warnings.length > 0) change.note('metadata_warning', { warnings });
            return change.note('metadata_ready');
          },
        };
      },
      dependencies.reject,
    );
}
