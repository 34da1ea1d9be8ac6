import { stat } from 'node:fs/promises';
import type { MetadataExtractor } from '@darkroom/domain';
import type { Metrics } from '@darkroom/runtime';

/** The same extractor, which tells of the bytes that went in. */
export function observeExtractor(metrics: Metrics, extractor: MetadataExtractor): MetadataExtractor {
  return {
    extract: async (path, signal) => {
      const result = await extractor.extract(path, signal);
      metrics.count('darkroom_image_bytes_total', { task: 'metadata' }, (await stat(path)).size);
      return result;
    },
  };
}
