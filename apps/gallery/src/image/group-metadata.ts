import type { Texts } from '../texts/texts.ts';
import { describeValue } from './describe-value.ts';

export type GroupName = 'camera' | 'exposure' | 'time' | 'author' | 'picture';
export type TagName = keyof Texts['tagNames'];
/** What a reader's language calls tags and their values. */
export type TagTexts = Pick<Texts, 'locale' | 'tagNames' | 'tagValues'>;

export interface MetadataEntry {
  readonly name: string;
  readonly text: string;
}

export interface GroupedMetadata {
  readonly groups: readonly { readonly group: GroupName; readonly entries: readonly MetadataEntry[] }[];
  /** All else that the file says, by the names that the standards and programs give it. */
  readonly others: readonly MetadataEntry[];
}

/** Where a tag of EXIF, IPTC or the file itself belongs, in the order in which they are shown. */
const places: Readonly<Record<GroupName, readonly TagName[]>> = {
  camera: ['Make', 'Model', 'LensMake', 'LensModel', 'LensSpecification', 'BodySerialNumber', 'Software'],
  exposure: [
    'ExposureTime',
    'FNumber',
    'ISOSpeedRatings',
    'FocalLength',
    'FocalLengthIn35mmFilm',
    'ExposureBiasValue',
    'ExposureProgram',
    'ExposureMode',
    'MeteringMode',
    'Flash',
    'WhiteBalance',
    'LightSource',
    'SceneCaptureType',
    'Contrast',
    'Saturation',
    'Sharpness',
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

/** The same thing under other names, of newer EXIF, IPTC and XMP. */
const alike: Readonly<Record<string, TagName>> = {
  PhotographicSensitivity: 'ISOSpeedRatings',
  Lens: 'LensModel',
  Byline: 'ByLine',
  creator: 'Artist',
  rights: 'Copyright',
  title: 'Headline',
  subject: 'Keywords',
  CreatorTool: 'Software',
};

/** In XMP these are settings of a raw converter, on other scales than the camera's. */
const ofCameraAlone = new Set(['Contrast', 'Saturation', 'Sharpness', 'WhiteBalance']);

/** Said by the facts or by another tag already, or of no use to a person. */
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
  'FocalPlaneXResolution',
  'FocalPlaneYResolution',
  'FocalPlaneResolutionUnit',
  'YCbCrPositioning',
  'ComponentsConfiguration',
  'CompressedBitsPerPixel',
  'Compression',
  'ExifVersion',
  'FlashpixVersion',
  'InteroperabilityVersion',
  'ImageUniqueID',
  'DocumentID',
  'InstanceID',
  'OriginalDocumentID',
  'PrintIM',
  'PrintImageMatching',
  'MakerNote',
  'SceneType',
  'FileSource',
  // The APEX forms of exposure time and aperture.
  'ShutterSpeedValue',
  'ApertureValue',
  'MaxApertureValue',
  'BrightnessValue',
]);

/** What programs write where there is nothing to say, and what is written for programs. */
const nothing = /^(x-default|unknown|undefined)$|\[none\]|^<\?xml/i;
const longest = 500;

/**
 * Metadata as the worker writes it (`{orientation, color_space, …, exif: {…}, iptc: {…}, xmp: {…}}`) in groups for
 * people. A tag that stands in several blocks is taken from the first: EXIF, IPTC, XMP.
 */
export function groupMetadata(
  metadata: Readonly<Record<string, unknown>>,
  { locale, tagNames, tagValues }: TagTexts,
): GroupedMetadata {
  const tags = new Map<string, string>();
  for (const [name, value] of flatten(metadata)) {
    const known = tags.has(name) || left.has(name) || /digest$/i.test(name);
    const text = known ? undefined : describeValue(name, value, locale, tagValues);
    if (text !== undefined && text !== '' && text.length <= longest && !nothing.test(text)) {
      tags.set(name, text);
    }
  }
  const groups = Object.entries(places).map(([group, names]) => ({
    group: group as GroupName,
    entries: names.flatMap((name) => {
      const text = tags.get(name);
      tags.delete(name);
      return text === undefined ? [] : [{ name: tagNames[name], text }];
    }),
  }));
  return {
    groups: groups.filter(({ entries }) => entries.length > 0),
    others: [...tags].map(([name, text]) => ({ name, text })),
  };
}

function* flatten(metadata: Readonly<Record<string, unknown>>): Generator<readonly [string, unknown]> {
  const isBlock = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  for (const entry of Object.entries(metadata)) if (!isBlock(entry[1])) yield entry;
  for (const block of ['exif', 'iptc', 'xmp']) {
    const value = metadata[block];
    if (!isBlock(value)) continue;
    for (const [name, inner] of Object.entries(value as Record<string, unknown>)) {
      const own = block === 'xmp' && ofCameraAlone.has(name) ? `crs:${name}` : name;
      yield [alike[own] ?? own, inner];
    }
  }
}
