const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** `1.2 MB`: decimal units, as file managers show them. */
export function formatBytes(bytes: number, locale: string): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

/** A limit in bytes, rounded down: what is said to be allowed is allowed. */
export function formatLimit(bytes: number, locale: string): string {
  const unit = bytes < 1e6 ? 1e3 : 1e6;
  return formatBytes(Math.floor(bytes / unit) * unit, locale);
}
