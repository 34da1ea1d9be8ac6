import { createHash } from 'node:crypto';

export type VariantFormat = 'webp' | 'avif' | 'jpeg';

/** How one variant is made. Presets are data: they are kept in the database and may be changed at any time. */
export interface Preset {
  /** Lower-case letters, digits and dashes; stands in keys and in `variant_type`. */
  readonly name: string;
  /** Longest side in pixels, never enlarged; null keeps the full size (at most 16,383 a side). */
  readonly bound: number | null;
  /** `inside` is all there is: the whole image within a square of `bound`, nothing cut away. */
  readonly fit: 'inside';
  readonly format: VariantFormat;
  /** 1 to 100. */
  readonly quality: number;
  /** The encoder's own scale: 0 to 6 for WebP, 0 to 9 for AVIF; JPEG has none. */
  readonly effort: number;
}

export const defaultPresets: readonly Preset[] = [
  { name: 'thumbnail', bound: 150, fit: 'inside', format: 'webp', quality: 85, effort: 2 },
  { name: 'small', bound: 300, fit: 'inside', format: 'webp', quality: 85, effort: 2 },
  { name: 'medium', bound: 600, fit: 'inside', format: 'webp', quality: 85, effort: 2 },
  { name: 'large', bound: 1200, fit: 'inside', format: 'webp', quality: 85, effort: 2 },
  { name: 'webp', bound: null, fit: 'inside', format: 'webp', quality: 85, effort: 2 },
];

const mostEffort = { webp: 6, avif: 9, jpeg: 0 } as const;

/** What is wrong with a preset, as sentences; none where it can be used. */
export function presetProblems({ name, bound, format, quality, effort }: Preset): string[] {
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const checks: readonly (readonly [good: boolean, problem: string])[] = [
    [/^[a-z0-9][a-z0-9-]{0,31}$/.test(name), 'name: 1 to 32 lower-case letters, digits and dashes'],
    [bound === null || within(bound, 1, 16_383), 'bound: 1 to 16383 pixels, or none for the full size'],
    [within(quality, 1, 100), 'quality: 1 to 100'],
    [within(effort, 0, mostEffort[format]), `effort: 0 to ${mostEffort[format]} for ${format}`],
  ];
  return checks.filter(([good]) => !good).map(([, problem]) => problem);
}

/**
 * Eight hexadecimal digits that change when the preset or the original does. They stand in the variant's key, so
 * that a year of immutable caching stays true.
 */
export function variantHash(preset: Preset, originalKey: string): string {
  const { name, bound, fit, format, quality, effort } = preset;
  const text = JSON.stringify([name, bound, fit, format, quality, effort, originalKey]);
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
