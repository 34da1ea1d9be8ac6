import { createHash, randomBytes } from 'node:crypto';
import { extensionOf, type MediaType, type Visibility } from '@darkroom/contracts';
import { variantHash, type Preset } from './preset.ts';

/** Where things lie in the bucket. `images/` alone may be public. */
export const prefixes = {
  incoming: 'incoming/',
  originals: 'originals/',
  images: 'images/',
  privateImages: 'private/',
} as const;

/** What a key is made of. */
export interface KeyParts {
  readonly id: string;
  readonly ownerId: string;
  readonly categoryId: number;
  readonly createdAt: Date;
}

/**
 * An owner (`sub`, any characters) as one safe key segment. Plain ones stay readable; all others are hashed, under
 * another first letter, so that no two owners share a segment.
 */
export function ownerSegment(ownerId: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(ownerId)) return `u-${ownerId}`;
  return `h-${createHash('sha256').update(ownerId, 'utf8').digest('hex').slice(0, 40)}`;
}

function stem({ id, ownerId, categoryId, createdAt }: KeyParts): string {
  const day = createdAt.toISOString().slice(0, 10).replaceAll('-', '/');
  return `${categoryId}/${ownerSegment(ownerId)}/${day}/${id}`;
}

/** `incoming/{category}/{owner}/{yyyy}/{mm}/{dd}/{image id}.{ext}` */
export function incomingKey(image: KeyParts, type: MediaType): string {
  return `${prefixes.incoming}${stem(image)}.${extensionOf(type)}`;
}

/** A key that nobody else knows or can write: 128 random bits. */
export function newOriginalKey(image: KeyParts, type: MediaType): string {
  return `${prefixes.originals}${stem(image)}-${randomBytes(16).toString('hex')}.${extensionOf(type)}`;
}

/** `…/{image id}_{preset}-{hash}.{ext}`: the same preset and original give the same key. */
export function variantKey(
  image: KeyParts,
  originalKey: string,
  preset: Preset,
  visibility: Visibility,
): string {
  const prefix = visibility === 'public' ? prefixes.images : prefixes.privateImages;
  const extension = preset.format === 'jpeg' ? 'jpg' : preset.format;
  return `${prefix}${stem(image)}_${preset.name}-${variantHash(preset, originalKey)}.${extension}`;
}

/** The same variant's key where the visibility of its category wants it. */
export function placedVariantKey(key: string, visibility: Visibility): string {
  const prefix = visibility === 'public' ? prefixes.images : prefixes.privateImages;
  return key.replace(/^[^/]+\//, prefix);
}

/** Every object of an image begins with one of these, whether its row knows it or not. */
export function keyPrefixesOf(image: KeyParts): string[] {
  return Object.values(prefixes).map((prefix) => `${prefix}${stem(image)}`);
}

const ownKey =
  /^(?:incoming|originals|images|private)\/\d+\/(?:u-[\w-]+|h-[0-9a-f]{40})\/\d{4}\/\d{2}\/\d{2}\/[0-9a-f-]{36}[._-][^/]*$/;

/** Whether a key is of our making. A bucket may be shared: what is not ours is never removed. */
export function isOwnKey(key: string): boolean {
  return ownKey.test(key) && imageIdOfKey(key) !== undefined;
}

/** Whether a plain URL without a signature reaches this key. */
export function isPublicKey(key: string): boolean {
  return key.startsWith(prefixes.images);
}

/** The image that a key of ours belongs to, or undefined where the key is not of our making. */
export function imageIdOfKey(key: string): string | undefined {
  return /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[._-][^/]*$/.exec(key)?.[1];
}
