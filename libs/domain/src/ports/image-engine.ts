import type { FailureCode, MediaType } from '@darkroom/contracts';
import type { GpsPosition } from '../model/image.ts';
import type { Preset } from '../model/preset.ts';

/** What an image's header says; nothing was decoded for it. */
export interface ImageFacts {
  readonly contentType: MediaType;
  /** Upright, in pixels: after the EXIF orientation has been applied. */
  readonly width: number;
  readonly height: number;
  /** 1 to 8. */
  readonly orientation: number;
  readonly frames: number;
  readonly hasAlpha: boolean;
}

export type InspectionResult =
  | { readonly ok: true; readonly facts: ImageFacts }
  | {
      readonly ok: false;
      readonly code: Extract<FailureCode, 'not_an_image' | 'too_many_pixels' | 'undecodable'>;
      readonly detail: string;
    };

/** Looks at files without decoding them. Hostile ones cost no more than others. */
export interface ImageInspector {
  /** The type by magic bytes; undefined for anything that is not an image Darkroom takes. */
  sniff(head: Uint8Array): MediaType | undefined;
  inspect(path: string): Promise<InspectionResult>;
}

export interface BuiltVariant {
  readonly preset: Preset;
  readonly width: number;
  readonly height: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** When its own share of the work began and ended: the last resize, and the encode. */
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export type BuildResult =
  | { readonly ok: true; readonly variants: readonly BuiltVariant[]; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly code: Extract<FailureCode, 'undecodable' | 'too_many_pixels'>;
      readonly detail: string;
    };

/** Decodes once and encodes all variants. The same file and presets give the same bytes. */
export interface VariantBuilder {
  /** Throws `aborted` when the signal fires. `ok: false` where the file itself is at fault. */
  build(path: string, presets: readonly Preset[], signal: AbortSignal): Promise<BuildResult>;
}

export interface ExtractedMetadata {
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
  /** `#rrggbb`. */
  readonly dominantColor: string;
  /** ThumbHash, base64. */
  readonly placeholder: string;
  readonly perceptualHash: string;
  /** Plain JSON: `{orientation, color_space, has_alpha, frames, exif?, iptc?, xmp?}`; no position in it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly gps: GpsPosition | null;
  /** What could not be read, as sentences. */
  readonly warnings: readonly string[];
}

export type ExtractionResult =
  | { readonly ok: true; readonly extracted: ExtractedMetadata }
  | {
      readonly ok: false;
      readonly code: Extract<FailureCode, 'undecodable' | 'too_many_pixels'>;
      readonly detail: string;
    };

/** EXIF, IPTC and XMP, and the image's facts. A damaged EXIF block is a warning, never a failure. */
export interface MetadataExtractor {
  extract(path: string, signal: AbortSignal): Promise<ExtractionResult>;
}
