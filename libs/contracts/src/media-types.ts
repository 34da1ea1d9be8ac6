/** Image types that Darkroom takes, with the extensions that fit each. The first extension is the usual one. */
export const mediaTypes = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['avif'],
  'image/heic': ['heic'],
  'image/heif': ['heif', 'heic'],
} as const satisfies Record<string, readonly string[]>;

export type MediaType = keyof typeof mediaTypes;

export const mediaTypeNames = Object.keys(mediaTypes) as MediaType[];

export function isMediaType(value: string): value is MediaType {
  return Object.hasOwn(mediaTypes, value);
}

/** The usual extension of a type, without the dot. */
export function extensionOf(type: MediaType): string {
  return mediaTypes[type][0];
}

/** The type that an extension (without the dot, any case) stands for, or undefined. */
export function mediaTypeOfExtension(extension: string): MediaType | undefined {
  const lower = extension.toLowerCase();
  return mediaTypeNames.find((type) => (mediaTypes[type] as readonly string[]).includes(lower));
}

/** HEIC and HEIF are one family: phones name a file of the one by the other. */
export function sameFamily(a: MediaType, b: MediaType): boolean {
  const family = (type: MediaType) => (type === 'image/heif' ? 'image/heic' : type);
  return family(a) === family(b);
}
