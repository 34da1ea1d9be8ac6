/** An exact origin, or one with `*` as its port. */
const pattern =
  /^https?:\/\/[^/:*\s[\]]+(?::(?:\d{1,5}|\*))?$|^https?:\/\/\[[0-9a-f:.]+\](?::(?:\d{1,5}|\*))?$/i;

export function isOriginPattern(text: string): boolean {
  return pattern.test(text);
}

/** Whether an `Origin` header is one of those allowed. `http://localhost:*` allows localhost on any port, or none. */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  const wanted = origin.toLowerCase();
  return allowed.some((item) => {
    const lower = item.toLowerCase();
    if (!lower.endsWith(':*')) return wanted === lower;
    const base = lower.slice(0, -2);
    return wanted === base || (wanted.startsWith(`${base}:`) && /^\d+$/.test(wanted.slice(base.length + 1)));
  });
}
