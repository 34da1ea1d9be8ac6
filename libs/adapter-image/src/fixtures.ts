import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FailureCode, MediaType } from '@darkroom/contracts';

/** A picture of `fixtures/` and what is known of it, told by the programs that made it (see its README). */
export interface SoundFixture {
  readonly file: string;
  readonly type: MediaType;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly frames: number;
  readonly alpha: boolean;
  /** The upright picture in sRGB, at most 300 pixels a side. */
  readonly reference?: string;
  /** The reference was made by another colour conversion or from a lossier picture: alike, not nearly the same. */
  readonly loose?: boolean;
  /** What exiftool reads, as numbers, by group. */
  readonly exif?: string;
  readonly gps?: Readonly<Record<string, number | string>>;
  readonly profile?: string;
  /** Milliseconds per frame. */
  readonly delays?: readonly number[];
  readonly loop?: number;
  readonly beyond_budget?: boolean;
  readonly damaged_exif?: boolean;
}

export interface RefusedFixture {
  readonly file: string;
  readonly refused: {
    readonly code: Extract<FailureCode, 'not_an_image' | 'too_many_pixels' | 'undecodable'>;
    /** Whether the header shows it, or only decoding does. */
    readonly at: 'inspect' | 'build';
  };
}

/** The path of a file in `fixtures/`. */
export function fixturePath(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}

const all = JSON.parse(readFileSync(fixturePath('index.json'), 'utf8')) as (SoundFixture | RefusedFixture)[];

export const soundFixtures: readonly SoundFixture[] = all.filter((fixture) => 'type' in fixture);
export const refusedFixtures: readonly RefusedFixture[] = all.filter((fixture) => 'refused' in fixture);
