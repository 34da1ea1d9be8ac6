import { describeValue } from './describe-value.ts';

export const groupNames = ['camera', 'exposure', 'time', 'author', 'picture', 'other'] as const;
export type GroupName = (typeof groupNames)[number];

export interface MetadataGroup {
  readonly group: GroupName;
  readonly entries: readonly { readonly name: string; readonly text: string }[];
}

/** Where a tag of EXIF, IPTC or the file itself belongs, in the order in which they are shown. */
const places: Readonly<Record<Exclude<GroupName, 'other'>, readonly string[]>> = {
  camera: ['Make', 'Model', 'LensMake', 'LensModel', 'LensSpecification', 'BodySerialNumber', 'Software'],
  exposure: [
    'ExposureTime',
    'FNumber',
    'ISOSpeedRatings',
    'PhotographicSensitivity',
    'FocalLength',
    'FocalLengthIn35mmFilm',
    'ExposureBiasValue',
    'ExposureProgram',
    'ExposureMode',
    'MeteringMode',
    'Flash',
    'WhiteBalance',
  ],
  time: ['DateTimeOriginal', 'DateTimeDigitized', 'DateTime', 'DateCreated'],
  author: [
    'Artist',
    'ByLine',
    'Copyright',
    'CopyrightNotice',
    'Credit',
    'Headline',
    'ImageDescription',
    'CaptionAbstract',
    'Keywords',
  ],
  picture: ['orientation', 'color_space', 'color_profile', 'has_alpha', 'frames'],
};

/** Said by the facts already, or of no use to a person. */
const left = new Set([
  'Orientation',
  'ColorSpace',
  'PixelXDimension',
  'PixelYDimension',
  'ImageWidth',
  'ImageLength',
  'XResolution',
  'YResolution',
  'ResolutionUnit',
  'YCbCrPositioning',
  'ComponentsConfiguration',
  'ExifVersion',
  'FlashpixVersion',
  'ImageUniqueID',
]);

/**
 * Metadata as the worker writes it (`{orientation, color_space, …, exif: {…}, iptc: {…}, xmp: {…}}`) in groups for
 * people. A tag that stands in several blocks is taken from the first: EXIF, IPTC, XMP. `labels` names the tags that
 * have a name; others get theirs split into words.
 */
export function groupMetadata(
  metadata: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
  locale: string,
): readonly MetadataGroup[] {
  const tags = new Map<string, string>();
  for (const [name, value] of flatten(metadata)) {
    const text = tags.has(name) || left.has(name) ? undefined : describeValue(name, value, locale);
    if (text !== undefined && text !== '') tags.set(name, text);
  }
  const placed = Object.entries(places).map(([group, names]) => ({
    group: group as GroupName,
    entries: names.flatMap((name) => {
      const text = tags.get(name);
      tags.delete(name);
      return text === undefined ? [] : [{ name: labels[name] ?? inWords(name), text }];
    }),
  }));
  const others = [...tags].map(([name, text]) => ({ name: labels[name] ?? inWords(name), text }));
  return [...placed, { group: 'other' as const, entries: others }].filter(
    ({ entries }) => entries.length > 0,
  );
}

function* flatten(metadata: Readonly<Record<string, unknown>>): Generator<readonly [string, unknown]> {
  const isBlock = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  for (const entry of Object.entries(metadata)) if (!isBlock(entry[1])) yield entry;
  for (const block of ['exif', 'iptc', 'xmp']) {
    const value = metadata[block];
    if (isBlock(value)) yield* Object.entries(value as Record<string, unknown>);
  }
}

/** `LightSource` → `Light source`, `color_space` → `Color space`. */
function inWords(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
