import { createHash } from 'node:crypto';
import { AppError, isId } from '@darkroom/kernel';
import type { ImageFilter } from '@darkroom/domain';

/** The last image of a page: the next page starts after it. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** Ties a cursor to its filter: read on under another one, it would silently skip or repeat images. */
function fingerprint({ ownerId, categoryId, status, search, tags, from, before }: ImageFilter): string {
  const parts = [ownerId, categoryId, status ?? 'completed', search, tags, from, before].map(
    (part) => part ?? null,
  );
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 10);
}

export function encodeCursor({ createdAt, id }: Position, filter: ImageFilter): string {
  return Buffer.from(`1.${createdAt.getTime()}.${id}.${fingerprint(filter)}`).toString('base64url');
}

/** Throws `invalid` for anything but a cursor of ours for this filter. */
export function decodeCursor(cursor: string, filter: ImageFilter): Position {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, time, id, print] = /^1\.(\d{1,15})\.([0-9a-f-]{36})\.([\w-]{10})$/.exec(text) ?? [];
  const ours = Buffer.from(text, 'latin1').toString('base64url') === cursor;
  if (!ours || time === undefined || id === undefined || !isId(id))
    throw invalid('this is not a cursor of this list');
  if (print !== fingerprint(filter)) throw invalid('this cursor belongs to a list with other filters');
  return { createdAt: new Date(Number(time)), id };
}

function invalid(message: string): AppError {
  return new AppError('invalid', message, {
    reason: 'invalid_cursor',
    problems: [{ path: 'cursor', message }],
  });
}
