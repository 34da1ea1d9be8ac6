/** A tag as ExifReader gives it; the shape depends on the block, so nothing is taken for granted. */
export interface Tag {
  readonly id?: unknown;
  readonly value?: unknown;
  readonly description?: unknown;
  readonly computed?: unknown;
}

export type Tags = Readonly<Record<string, Tag | readonly Tag[]>>;

/** A group of tags out of ExifReader's answer, empty where there is none. */
export function tagsOf(groups: object, name: string): Tags {
  const group = (groups as Record<string, unknown>)[name];
  return typeof group === 'object' && group !== null ? (group as Tags) : {};
}

/** One tag by name; the first of several. */
export function tagOf(tags: Tags, name: string): Tag | undefined {
  const tag = tags[name];
  return Array.isArray(tag) ? (tag[0] as Tag | undefined) : (tag as Tag | undefined);
}

export function textOf(tags: Tags, name: string): string | undefined {
  const tag = tagOf(tags, name);
  const text = tag?.computed ?? tag?.description;
  return typeof text === 'string' ? text : undefined;
}

/** Finite numbers of a tag, as a list. */
export function numbersOf(tags: Tags, name: string): number[] {
  const computed = tagOf(tags, name)?.computed;
  const list: unknown[] = Array.isArray(computed) ? computed : [computed];
  return list.every((item) => typeof item === 'number' && Number.isFinite(item)) ? (list as number[]) : [];
}
