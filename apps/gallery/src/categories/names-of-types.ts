const names: Readonly<Record<string, string>> = { jpg: 'JPEG', jpeg: 'JPEG', webp: 'WebP' };

/** File extensions as people call the types, each once: JPEG, PNG, WebP. */
export function namesOfTypes(extensions: readonly string[]): readonly string[] {
  return [...new Set(extensions.map((extension) => names[extension] ?? extension.toUpperCase()))];
}
