import ExifReader from 'exifreader';
import { exifDate } from './dates.ts';
import { exifGps, type Gps } from './gps.ts';
import { plainText, type Json } from './plain-json.ts';
import { tagsOf, textOf, type Tag, type Tags } from './tags.ts';

export interface ExifBlock {
  readonly exif: Readonly<Record<string, Json>>;
  readonly gps: Gps;
  readonly warnings: readonly string[];
}

/** Thumbnails and maker notes aside, EXIF takes a few kilobytes. */
const maxBytes = 1_048_576;

/** Blobs, pointers and duplicates of what is told elsewhere. GPS goes its own way. */
const left =
  /Pointer$|^GPS|MakerNote|Padding|Thumbnail|^JPEGInterchange|PrintImageMatching|^OffsetTime|^SubSecTime/;
const leftNames = new Set([
  'Images',
  'ApplicationNotes',
  'IPTC-NAA',
  'PhotoshopSettings',
  'InteroperabilityIndex',
]);

/**
 * Reads an EXIF block (TIFF structure, with or without the `Exif\0\0` before it): readable names, numbers for
 * rationals, words for enumerations, ISO dates with their offset. Never throws: what is damaged becomes a warning.
 */
export function readExif(block: Uint8Array): ExifBlock {
  const start = startsAsExif(block) ? 6 : 0;
  const tiff = Buffer.from(block.subarray(start, start + maxBytes));
  let groups: object;
  try {
    groups = ExifReader.load(tiff, { expanded: true, computed: true, includeUnknown: false });
  } catch (error) {
    return { exif: {}, gps: {}, warnings: [`EXIF cannot be read: ${plainText(String(error))}`] };
  }
  const tags = tagsOf(groups, 'exif');
  const faulty = Object.entries(tags).filter(([, tag]) => (tag as Tag).description === '<faulty value>');
  const sound = Object.fromEntries(
    Object.entries(tags).filter(([name]) => !faulty.some(([bad]) => bad === name)),
  );
  const warnings = faulty.map(([name]) => `EXIF ${name} is damaged`);
  if (!isEmptyTiff(tiff)) warnings.push(...unreadParts(tags));
  return { exif: toJson(sound, tiff[0] === 0x49), gps: exifGps(sound), warnings: warnings.slice(0, 20) };
}

/** A sound header with an empty first directory, as GIMP writes it: nothing is there, and nothing is damaged. */
function isEmptyTiff(tiff: Buffer): boolean {
  if (tiff.length < 10) return false;
  const little = tiff[0] === 0x49;
  const at = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (at + 2 > tiff.length) return false;
  return (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)) === 0;
}

/** Directories that are pointed at, but of which nothing came. */
function unreadParts(tags: Tags): string[] {
  if (Object.keys(tags).length === 0) return ['EXIF is there, but nothing in it can be read'];
  const ids = Object.values(tags).map((tag) => (tag as Tag).id);
  const has = (from: number, to: number) =>
    ids.some((id) => typeof id === 'number' && id >= from && id <= to);
  const unread: string[] = [];
  const camera = has(0x829a, 0x8768) || has(0x8826, 0xa500);
  if (tags['Exif IFD Pointer'] && !camera) unread.push('EXIF points at camera data that cannot be read');
  if (tags['GPS Info IFD Pointer'] && !has(0, 31))
    unread.push('EXIF points at a position that cannot be read');
  return unread;
}

function startsAsExif(block: Uint8Array): boolean {
  return Buffer.from(block.subarray(0, 6)).equals(Buffer.from('Exif\0\0'));
}

function toJson(tags: Tags, littleEndian: boolean): Record<string, Json> {
  const json: Record<string, Json> = {};
  for (const [name, tag] of Object.entries(tags)) {
    if (left.test(name) || leftNames.has(name)) continue;
    const value =
      name === 'UserComment' ? userComment(tag as Tag, littleEndian) : valueOf(name, tag as Tag, tags);
    if (value !== undefined && value !== '') json[name] = value;
  }
  return json;
}

function valueOf(name: string, tag: Tag, tags: Tags): Json | undefined {
  const { value, description, computed } = tag;
  if (typeof computed === 'string') return dateOf(name, computed, tags) ?? plainText(computed);
  if (typeof computed === 'number') {
    if (!Number.isFinite(computed)) return undefined; // a rational over zero
    const rational = Array.isArray(value);
    const word =
      !rational && name !== 'Orientation' && typeof description === 'string' && !isNumeric(description);
    return word ? plainText(description) : computed;
  }
  if (!Array.isArray(computed)) return undefined;
  const list = computed as unknown[];
  const rationals = Array.isArray(value) && Array.isArray(value[0]);
  if (rationals || list.some((item) => typeof item === 'string')) {
    return list.filter((item) => typeof item === 'number' || typeof item === 'string').slice(0, 16);
  }
  // Bytes and shorts: only their meaning in words is worth keeping.
  return typeof description === 'string' && !description.startsWith('[') ? plainText(description) : undefined;
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** `DateTime` takes its offset from `OffsetTime`, `DateTimeOriginal` from `OffsetTimeOriginal`, and so on. */
function dateOf(name: string, text: string, tags: Tags): string | undefined {
  if (!name.startsWith('DateTime')) return undefined;
  const which = name.slice('DateTime'.length);
  return exifDate(text, textOf(tags, `OffsetTime${which}`), textOf(tags, `SubSecTime${which}`)) ?? '';
}

/** Eight bytes of character code, then text (EXIF 2.32, 4.6.5 UserComment). */
function userComment({ value }: Tag, littleEndian: boolean): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const bytes = Uint8Array.from(value.slice(0, 8_000) as number[]);
  const code = Buffer.from(bytes.subarray(0, 8)).toString('latin1').replaceAll('\0', '');
  const text = bytes.subarray(8);
  if (code === 'UNICODE')
    return plainText(new TextDecoder(littleEndian ? 'utf-16le' : 'utf-16be').decode(text));
  if (code === 'ASCII' || code === '') return plainText(new TextDecoder().decode(text));
  return undefined;
}
