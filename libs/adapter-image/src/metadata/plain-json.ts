/** Plain JSON values, as they are stored beside an image. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const maxText = 2_000;
const maxItems = 64;
const maxNames = 300;
const maxDepth = 6;

/**
 * Text fit for JSON in Postgres: no NUL and no other control characters but line breaks and tabs, no half surrogates,
 * of bounded length.
 */
export function plainText(text: string): string {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').trim();
  return clean.length > maxText ? `${clean.slice(0, maxText).toWellFormed()}…` : clean.toWellFormed();
}

/** A bounded copy of a value: long lists and deep or wide objects are cut. */
export function bounded(value: Json, depth = 0): Json {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return null;
  if (isList(value)) return value.slice(0, maxItems).map((item) => bounded(item, depth + 1));
  const entries = Object.entries(value).slice(0, maxNames);
  return Object.fromEntries(entries.map(([name, item]) => [plainText(name), bounded(item, depth + 1)]));
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
