type Words = Readonly<Record<string, string>>;

/** Tags whose values are one of a few words, which EXIF numbers; those of a flash are several in a row. */
const ofWords = new Set([
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
  'color_space',
]);

/** A tag's value as a person reads it, or undefined where there is nothing to read. `words`: by what EXIF calls them. */
export function describeValue(
  name: string,
  value: unknown,
  locale: string,
  words: Words = {},
): string | undefined {
  if (typeof value === 'string' && ofWords.has(name)) {
    return (
      words[value] ??
      value
        .split(', ')
        .map((part) => words[part] ?? part)
        .join(', ')
    );
  }
  const special = describers[name];
  const text = special?.(value, locale);
  if (special !== undefined) return text;
  if (name.startsWith('DateTime') || name === 'DateCreated') return describeDate(value, locale);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return number(value, locale);
  if (typeof value === 'boolean') return value ? '✓' : undefined;
  if (Array.isArray(value)) {
    const parts = value
      .map((item) => describeValue('', item, locale, words))
      .filter((part) => part !== undefined);
    return parts.join(', ');
  }
  return undefined;
}

const number = (value: number, locale: string, digits = 2) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits, useGrouping: false }).format(value);

const ifNumber =
  (describe: (value: number, locale: string) => string | undefined) => (value: unknown, locale: string) =>
    typeof value === 'number' ? describe(value, locale) : typeof value === 'string' ? value : undefined;

const describers: Readonly<Record<string, (value: unknown, locale: string) => string | undefined>> = {
  ExposureTime: ifNumber((s, locale) =>
    s > 0 && s < 0.4 ? `1/${Math.round(1 / s)} s` : `${number(s, locale)} s`,
  ),
  FNumber: ifNumber((f, locale) => `f/${number(f, locale, 1)}`),
  FocalLength: ifNumber((mm, locale) => `${number(mm, locale, 1)} mm`),
  FocalLengthIn35mmFilm: ifNumber((mm, locale) => (mm > 0 ? `${number(mm, locale, 0)} mm` : undefined)),
  ExposureBiasValue: ifNumber((ev, locale) => `${ev > 0 ? '+' : ''}${number(ev, locale)} EV`),
  orientation: ifNumber((n) => (n === 1 ? undefined : (turns[n] ?? String(n)))),
  frames: ifNumber((n) => (n > 1 ? String(n) : undefined)),
  LensSpecification: (value, locale) => {
    if (!Array.isArray(value) || value.length < 2) return undefined;
    const [from, to, f] = value as unknown[];
    if (typeof from !== 'number' || typeof to !== 'number') return undefined;
    const range = from === to ? number(from, locale) : `${number(from, locale)}–${number(to, locale)}`;
    return typeof f === 'number' && f > 0 ? `${range} mm f/${number(f, locale, 1)}` : `${range} mm`;
  },
};

/** EXIF orientation: how the stored picture is turned to stand upright. */
const turns: Readonly<Record<number, string>> = {
  2: '⇋',
  3: '180°',
  4: '⇵',
  5: '⇋ 270°',
  6: '90°',
  7: '⇋ 90°',
  8: '270°',
};

/** The clock on the wall where the photograph was taken, with its offset where the camera knew it. Never converted. */
function describeDate(value: unknown, locale: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(value);
  if (match === null) return value;
  const [, day = '', clock, offset] = match;
  const date = new Date(`${day}T${clock ?? '00:00'}Z`);
  if (Number.isNaN(date.getTime())) return value;
  const style =
    clock === undefined
      ? { dateStyle: 'medium' as const }
      : { dateStyle: 'medium' as const, timeStyle: 'medium' as const };
  const text = new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(date);
  return offset === undefined ? text : `${text} (UTC${offset === 'Z' ? '' : offset})`;
}
