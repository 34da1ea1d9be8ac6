import { AppError, inSpan } from '@darkroom/kernel';
import type { Image, ImageChange, Variant } from '@darkroom/domain';
import type { Knex } from 'knex';
import { storableJson } from '../database/storable-json.ts';
import { appendEvents } from '../event-log/append.ts';
import { applyCounters } from './counters.ts';
import { changedColumns, toRow } from './image-row.ts';

/**
 * Writes all of a change. `before` is the row as it is under its lock, undefined for a new image. Order matters: the
 * image's own row first, the owner's counters, which other images share, last.
 */
export async function writeChange(
  trx: Knex.Transaction,
  before: Image | undefined,
  { image, events, timeline, garbage }: ImageChange,
): Promise<void> {
  await writeRow(trx, before, image);
  await writeVariants(trx, image.id, before?.variants ?? [], image.variants);
  await writeWork(trx, before, image);
  await keepFromGarbage(trx, before, image);
  await writeTimeline(trx, image.id, timeline);
  const { id: imageId, ownerId } = image;
  await appendEvents(
    trx,
    events,
    timeline.map(({ seq, at }) => ({ imageId, ownerId, seq, at })),
  );
  if (garbage.length > 0)
    await trx('garbage')
      .insert([...new Map(garbage.map(({ key, dueAt }) => [key, { key, due_at: dueAt }])).values()])
      .onConflict('key')
      .merge({ due_at: trx.raw('excluded.due_at'), settled_at: null });
  await applyCounters(trx, before, image);
}

async function writeRow(trx: Knex.Transaction, before: Image | undefined, image: Image): Promise<void> {
  if (before === undefined) {
    await trx('images').insert(toRow(image));
    return;
  }
  const columns: Record<string, unknown> = { ...changedColumns(toRow(before), toRow(image)) };
  const token = image.processing.variants.lease?.token;
  if (token !== undefined && token !== before.processing.variants.lease?.token)
    columns['variants_claimed_at'] = trx.raw('clock_timestamp()');
  if (Object.keys(columns).length > 0) await trx('images').where('id', image.id).update(columns);
}

async function writeVariants(
  trx: Knex.Transaction,
  imageId: string,
  before: readonly Variant[],
  after: readonly Variant[],
): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (before.length > 0) await trx('image_variants').where('image_id', imageId).delete();
  if (after.length === 0) return;
  await trx('image_variants').insert(
    after.map(({ name, key, width, height, size, contentType }, position) => ({
      image_id: imageId,
      position,
      name,
      key,
      width,
      height,
      size,
      content_type: contentType,
    })),
  );
}

/** `image_work` has the images on whose tasks somebody should be at work. */
const hasWork = (image: Image | undefined): boolean =>
  image?.status === 'completed' &&
  Object.values(image.processing).some(({ state }) => state === 'pending' || state === 'running');

async function writeWork(trx: Knex.Transaction, before: Image | undefined, after: Image): Promise<void> {
  if (hasWork(before) === hasWork(after)) return;
  if (hasWork(after)) await trx('image_work').insert({ image_id: after.id }).onConflict().ignore();
  else await trx('image_work').where('image_id', after.id).delete();
}

async function writeTimeline(
  trx: Knex.Transaction,
  imageId: string,
  entries: ImageChange['timeline'],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ seq, type, at, detail }) => ({
    image_id: imageId,
    seq,
    type,
    at,
    detail: storableJson(detail),
  }));
  const attributes = {
    'darkroom.image.id': imageId,
    'darkroom.timeline.types': entries.map(({ type }) => type),
  };
  await inSpan('append timeline', { attributes }, async () => {
    await trx('image_timeline').insert(rows);
  });
}

const pointsAt = (image: Image | undefined): readonly string[] => {
  if (image === undefined || image.status === 'deleted') return [];
  const original = image.originalKey === null ? [] : [image.originalKey];
  return [...original, ...image.variants.map(({ key }) => key)];
};

interface GarbageMatch {
  readonly being_removed: boolean;
  readonly removed_since: boolean;
}

/**
 * Takes keys that the row points at again off the garbage list. Refuses the change where the cleanup is just removing
 * one of them, or has done so since the variants were claimed: the object may be gone though the worker has put it.
 * Built once more under a new claim, it is there.
 */
async function keepFromGarbage(
  trx: Knex.Transaction,
  before: Image | undefined,
  after: Image,
): Promise<void> {
  const known = new Set(pointsAt(before));
  const keys = pointsAt(after).filter((key) => !known.has(key));
  if (keys.length === 0) return;
  const found = await trx.raw<{ rows: GarbageMatch[] }>(
    `select coalesce(settled_at is null and locked_until > clock_timestamp(), false) as being_removed,
       coalesce(settled_at >= (select variants_claimed_at from images where id = ?), false) as removed_since
     from garbage where key = any(?::text[]) order by key for update`,
    [after.id, keys],
  );
  if (found.rows.length === 0) return;
  if (found.rows.some(({ being_removed, removed_since }) => being_removed || removed_since))
    throw new AppError('conflict', 'an object of this image is being removed', {
      reason: 'key_being_removed',
      retryable: true,
    });
  await trx('garbage').whereIn('key', keys).delete();
}
