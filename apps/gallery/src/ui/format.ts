export { formatBytes, formatLimit } from '@darkroom/react-uploader';

/** `1,234`. */
export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

export function formatPercent(part: number, locale: string): string {
  const digits = part > 0.99 && part < 1 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(part);
}

export function formatDateTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** `20:15:03.214`. */
export function formatClock(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso));
}

/** `+120ms`, `+1.4s`, `+3m`, `+2h`, `+5d`. */
export function formatElapsed(ms: number, locale: string): string {
  return `+${formatDuration(ms, locale)}`;
}

/** `120ms`, `1.4s`, `3m`, `2h`, `5d`. */
export function formatDuration(ms: number, locale: string): string {
  const [value, unit] =
    ms < 1000
      ? ([ms, 'millisecond'] as const)
      : ms < 60_000
        ? ([ms / 1000, 'second'] as const)
        : ms < 3_600_000
          ? ([ms / 60_000, 'minute'] as const)
          : ms < 86_400_000
            ? ([ms / 3_600_000, 'hour'] as const)
            : ([ms / 86_400_000, 'day'] as const);
  const digits = unit === 'second' && value < 10 ? 1 : 0;
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'narrow',
    maximumFractionDigits: digits,
  });
  return format.format(value);
}

/** `4000 × 3000`. */
export function formatDimensions(width: number, height: number): string {
  return `${width} × ${height}`;
}
