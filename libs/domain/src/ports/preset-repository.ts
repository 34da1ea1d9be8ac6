import type { Preset } from '../model/preset.ts';

/** The presets that variants are built by. A new installation has the default ones. */
export interface PresetRepository {
  list(): Promise<readonly Preset[]>;
  /** Adds the preset, or replaces the one of this name. */
  put(preset: Preset): Promise<void>;
  /** Answers whether there was one. */
  remove(name: string): Promise<boolean>;
}
