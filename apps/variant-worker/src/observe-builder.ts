import { stat } from 'node:fs/promises';
import type { VariantBuilder } from '@darkroom/domain';
import type { Metrics } from '@darkroom/runtime';

/** The same builder, which tells of the bytes that went in and came out, and of the time of each variant. */
export function observeBuilder(metrics: Metrics, builder: VariantBuilder): VariantBuilder {
  return {
    build: async (path, presets, signal) => {
      const result = await builder.build(path, presets, signal);
      metrics.count('darkroom_image_bytes_total', { task: 'variants' }, (await stat(path)).size);
      if (!result.ok) return result;
      for (const { preset, body, startedAt, endedAt } of result.variants) {
        const labels = { variant: preset.name };
        const seconds = (endedAt.getTime() - startedAt.getTime()) / 1_000;
        metrics.observe('darkroom_variant_duration_seconds', labels, Math.max(0, seconds));
        metrics.count('darkroom_variant_bytes_total', labels, body.byteLength);
      }
      return result;
    },
  };
}
