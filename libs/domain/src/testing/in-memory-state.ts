import type { DarkroomEvent } from '@darkroom/contracts';
import type { Category } from '../model/category.ts';
import type { Garbage, TimelineEntry } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { defaultPresets, type Preset } from '../model/preset.ts';
import { countedStatuses, type Quota, type Usage } from '../model/quota.ts';
import type { HeldRequest } from '../ports/request-keys.ts';

export interface HeldGarbage extends Garbage {
  readonly lockedUntil: Date | null;
}

/** What the in-memory stores share: the data of a new installation, to begin with. */
export interface InMemoryState {
  readonly images: Map<string, Image>;
  readonly timeline: Map<string, readonly TimelineEntry[]>;
  readonly garbage: Map<string, HeldGarbage>;
  /** In the order in which they were appended. */
  events: DarkroomEvent[];
  readonly categories: Map<number, Category>;
  readonly visibilityChangedAt: Map<number, Date>;
  readonly presets: Map<string, Preset>;
  readonly quotas: Map<string, Quota>;
  /** By owner and key. */
  readonly requests: Map<string, HeldRequest & { readonly expiresAt: Date }>;
}

const general: Category = {
  id: 1,
  name: 'General',
  description: 'Images of any kind',
  maxFileSize: 50 * 1024 * 1024,
  allowedExtensions: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'heic', 'heif', 'avif'],
  isActive: true,
  visibility: 'public',
};

export function newInMemoryState(): InMemoryState {
  return {
    images: new Map(),
    timeline: new Map(),
    garbage: new Map(),
    events: [],
    categories: new Map([[general.id, general]]),
    visibilityChangedAt: new Map(),
    presets: new Map(defaultPresets.map((preset) => [preset.name, preset])),
    quotas: new Map(),
    requests: new Map(),
  };
}

/** Keys that must stay while the image stands as it does. */
export function keysHeldBy(image: Image): readonly string[] {
  if (image.status === 'deleted') return [];
  const original = image.originalKey === null ? [] : [image.originalKey];
  const incoming = image.status === 'pending' || image.status === 'uploading' ? [image.incomingKey] : [];
  return [...incoming, ...original, ...image.variants.map(({ key }) => key)];
}

export const requestName = (ownerId: string, key: string): string => JSON.stringify([ownerId, key]);

export function usageIn({ images }: InMemoryState, ownerId: string): Usage {
  const counted = [...images.values()].filter(
    (image) => image.ownerId === ownerId && countedStatuses.includes(image.status),
  );
  return { images: counted.length, bytes: counted.reduce((sum, { fileSize }) => sum + fileSize, 0) };
}
