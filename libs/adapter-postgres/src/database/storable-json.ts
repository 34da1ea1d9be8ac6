/**
 * JSON text that `jsonb` takes: it has no NUL character and no half of a surrogate pair, which EXIF strings of
 * damaged files do contain.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\u0000', '').toWellFormed() : part,
  );
}
