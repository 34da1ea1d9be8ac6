const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const step = 1024;

/**
 * `1.2 MB`, in steps of 1024 under the everyday names: a limit of 50 MiB reads as "50 MB", which is what the one who
 * set it calls it, and what most people's computers show for such a file. The same steps everywhere.
 */
export function formatBytes(bytes: number, locale: string): string {
  let power = 0;
  let value = bytes;
  // 999.6 kB would be written as 1,000 kB
  for (; Math.round(value) >= 1000 && power < units.length - 1; power += 1) value /= step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

/** A limit in bytes, rounded down: what is said to be allowed is allowed. */
export function formatLimit(bytes: number, locale: string): string {
  const unit = bytes < step ** 2 ? step : step ** 2;
  return formatBytes(bytes < step ? bytes : Math.floor(bytes / unit) * unit, locale);
}
