/**
 * An EXIF date (`2024:05:06 07:08:09`) with its offset and fraction of a second, where given, as ISO 8601; undefined
 * for what is no date, such as the blanks and zeros of a camera whose clock was never set. Without an offset the text
 * has none either: the time is local to wherever the camera was (EXIF 2.32, 4.6.5).
 */
export function exifDate(text: string, offset?: string, fraction?: string): string | undefined {
  const match = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const time = Date.parse(`${iso}Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== iso || year === '0000')
    return undefined;
  const digits = /^\d{1,9}/.exec(fraction?.trim() ?? '')?.[0];
  const zone = /^([+-]\d{2}:\d{2}|Z)$/.exec(offset?.trim() ?? '')?.[0];
  return `${iso}${digits ? `.${digits}` : ''}${zone ?? ''}`;
}
