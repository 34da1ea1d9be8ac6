import ExifReader from 'exifreader';
import { defined, xmpCoordinate, type Gps } from './gps.ts';
import { bounded, plainText, type Json } from './plain-json.ts';
import { tagsOf, textOf, type Tag } from './tags.ts';

export interface XmpBlock {
  readonly xmp: Readonly<Record<string, Json>>;
  readonly gps: Gps;
  readonly warnings: readonly string[];
}

/** Reading takes about a second per 300 KB of the worst that can be written. */
const maxBytes = 256 * 1024;
/** Whatever may tell of the position, of any vendor, at any depth. */
const positional = /gps|latitude|longitude|altitude/i;
/** Blobs and bookkeeping. */
const left = new Set(['_raw', 'about', 'History', 'HasExtendedXMP', 'Thumbnails', 'Pantry', 'DerivedFrom']);
const numeric = new Set(['Rating', 'Urgency', 'Orientation', 'PixelXDimension', 'PixelYDimension']);

/** Reads an XMP packet. Never throws: what is damaged becomes a warning. */
export function readXmp(packet: Uint8Array): XmpBlock {
  if (packet.length > maxBytes) return { xmp: {}, gps: {}, warnings: ['XMP is longer than is read'] };
  try {
    const tags = tagsOf(ExifReader.load(wrapped(packet), { expanded: true }), 'xmp');
    const xmp = bounded(objectOf(tags, 0)) as Record<string, Json>;
    const gps = defined({
      latitude: xmpCoordinate(textValue(tags['GPSLatitude']), 90),
      longitude: xmpCoordinate(textValue(tags['GPSLongitude']), 180),
      altitude: altitude(textValue(tags['GPSAltitude']), textOf(tags, 'GPSAltitudeRef')),
    });
    return { xmp, gps, warnings: [] };
  } catch (error) {
    return { xmp: {}, gps: {}, warnings: [`XMP cannot be read: ${plainText(String(error)).slice(0, 200)}`] };
  }
}

/** ExifReader knows XMP by its packet wrapper, which is optional (XMP specification part 1, 7.3). */
function wrapped(packet: Uint8Array): Buffer {
  const text = Buffer.from(packet);
  if (text.subarray(0, 64).includes('<?xpacket begin')) return text;
  return Buffer.concat([Buffer.from("<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"), text]);
}

function textValue(tag: unknown): string {
  const value = (tag as Tag | undefined)?.value;
  return typeof value === 'string' ? value : '';
}

function altitude(text: string, reference: string | undefined): number | undefined {
  const metres = rational(text);
  return metres === undefined
    ? undefined
    : reference?.startsWith('1') || reference?.startsWith('Below')
      ? -metres
      : metres;
}

function objectOf(tags: object, depth: number): Record<string, Json> {
  const json: Record<string, Json> = {};
  for (const [name, tag] of Object.entries(tags)) {
    if (left.has(name) || positional.test(name)) continue;
    const value = valueOf(name, tag, depth);
    if (value !== undefined && !isEmpty(value)) json[name] = value;
  }
  return json;
}

/** Lists stay lists, except a text in several languages: there the default one stands for all. */
function valueOf(name: string, tag: unknown, depth: number): Json | undefined {
  if (depth > 8 || typeof tag !== 'object' || tag === null) return undefined;
  const { value, attributes } = tag as Tag & { attributes?: unknown };
  if (attributes === undefined && value === undefined) return objectOf(tag, depth + 1);
  if (typeof value === 'string') return scalar(name, value);
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const spoken =
      items.find((item) => languageOf(item) === 'x-default') ?? items.find((item) => languageOf(item));
    if (spoken) return textValue(spoken);
    return items
      .map((item) => valueOf('', item, depth + 1))
      .filter((item): item is Json => item !== undefined && !isEmpty(item));
  }
  return typeof value === 'object' && value !== null ? objectOf(value, depth + 1) : undefined;
}

/** Also what is left of a structure when its position was taken out. */
function isEmpty(value: Json): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function languageOf(item: unknown): string | undefined {
  const language = (item as { attributes?: { lang?: unknown } } | null)?.attributes?.lang;
  return typeof language === 'string' ? language : undefined;
}

function scalar(name: string, text: string): Json {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^-?\d+\/\d+$/.test(text)) return rational(text) ?? text;
  return numeric.has(name) && /^-?\d+$/.test(text) ? Number(text) : text;
}

function rational(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(text.trim());
  const value = match ? Number(match[1]) / Number(match[2] ?? 1) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
