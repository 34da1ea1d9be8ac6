import type { GpsPosition } from '@darkroom/domain';
import { exifDate } from './dates.ts';
import { numbersOf, textOf, type Tags } from './tags.ts';

/** What a block says of the position; whole only with both latitude and longitude. */
export type Gps = Partial<Record<keyof GpsPosition, number | string>>;

/** The position of EXIF's GPS tags: decimal degrees, metres (negative below the sea), time in UTC. */
export function exifGps(tags: Tags): Gps {
  const latitude = degrees(numbersOf(tags, 'GPSLatitude'), textOf(tags, 'GPSLatitudeRef'), 90);
  const longitude = degrees(numbersOf(tags, 'GPSLongitude'), textOf(tags, 'GPSLongitudeRef'), 180);
  const [height] = numbersOf(tags, 'GPSAltitude');
  const [below] = numbersOf(tags, 'GPSAltitudeRef');
  const [direction] = numbersOf(tags, 'GPSImgDirection');
  const [error] = numbersOf(tags, 'GPSHPositioningError');
  return defined({
    latitude,
    longitude,
    altitude: height === undefined ? undefined : below === 1 || below === 3 ? -height : height,
    direction,
    horizontalError: error,
    timestamp: timestamp(textOf(tags, 'GPSDateStamp'), numbersOf(tags, 'GPSTimeStamp')),
  });
}

function degrees(parts: readonly number[], reference: string | undefined, limit: number): number | undefined {
  const [whole, minutes = 0, seconds = 0] = parts;
  if (whole === undefined || !reference) return undefined;
  const value = whole + minutes / 60 + seconds / 3600;
  return signed(value, reference, limit);
}

function signed(value: number, reference: string, limit: number): number | undefined {
  if (!(value >= 0 && value <= limit)) return undefined;
  const rounded = Math.round(value * 1e7) / 1e7; // a centimetre
  return /^[SW]/i.test(reference) ? 0 - rounded : rounded;
}

function timestamp(date: string | undefined, [hour, minute, second]: readonly number[]): string | undefined {
  if (date === undefined || hour === undefined || minute === undefined || second === undefined)
    return undefined;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return exifDate(`${date} ${two(hour)}:${two(minute)}:${two(second)}`, 'Z');
}

/** A coordinate as XMP writes it: `35,39.5N` or `35,39,30N` (XMP specification part 2, GPSCoordinate). */
export function xmpCoordinate(text: string, limit: number): number | undefined {
  const match = /^(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole, minutes, seconds, reference = ''] = match;
  return signed(Number(whole) + Number(minutes) / 60 + Number(seconds ?? 0) / 3600, reference, limit);
}

/** The first block that has a whole position, or null. */
export function wholePosition(blocks: readonly Gps[]): GpsPosition | null {
  for (const block of blocks) {
    const { latitude, longitude } = block;
    if (typeof latitude === 'number' && typeof longitude === 'number') {
      return { ...block, latitude, longitude } as GpsPosition;
    }
  }
  return null;
}

export function defined(values: Readonly<Record<string, number | string | undefined>>): Gps {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
