import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { mediaTypes, sameFamily, type FailureCode, type MediaType } from '@darkroom/contracts';
import type { Category } from '../model/category.ts';
import type { DeclaredFile } from '../model/image.ts';
import type { ImageFacts, ImageInspector } from '../ports/image-engine.ts';

/** Enough for every magic number, compatible brands of HEIF included. */
export const sniffBytes = 512;

/** Why an upload is refused. `detail` is for the timeline, in plain words, and holds nothing of the file's content. */
export interface Refusal {
  readonly code: FailureCode;
  readonly detail: string;
}

export interface VerifiedFile {
  readonly contentType: MediaType;
  readonly facts: ImageFacts;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** What size and magic bytes alone can tell: the real type, or a refusal. */
export function checkStart(
  declared: DeclaredFile,
  category: Category | undefined,
  size: number,
  contentType: MediaType | undefined,
): MediaType | Refusal {
  if (size !== declared.size) {
    return { code: 'size_mismatch', detail: `${size} bytes arrived, ${declared.size} were declared` };
  }
  if (contentType === undefined)
    return { code: 'not_an_image', detail: 'no image type is known by its first bytes' };
  if (!sameFamily(contentType, declared.contentType)) {
    return {
      code: 'type_mismatch',
      detail: `the file is ${contentType}, declared was ${declared.contentType}`,
    };
  }
  const allowed = category?.allowedExtensions ?? [];
  const fits = (Object.keys(mediaTypes) as MediaType[])
    .filter((type) => sameFamily(type, contentType))
    .some((type) => mediaTypes[type].some((extension) => allowed.includes(extension)));
  if (!fits) return { code: 'type_not_allowed', detail: `the category does not take ${contentType}` };
  return contentType;
}

export function isRefusal(value: MediaType | VerifiedFile | Refusal): value is Refusal {
  return typeof value === 'object' && 'code' in value;
}

/**
 * Looks at the whole file at `path`: size, type, declared checksum, and what its header promises (pixels). The SHA-256
 * is computed in any case: the file is on the disk anyway, and duplicates are found by it.
 */
export async function verifyFile(
  path: string,
  declared: DeclaredFile,
  category: Category | undefined,
  inspector: ImageInspector,
): Promise<VerifiedFile | Refusal> {
  const { size } = await stat(path);
  const contentType = checkStart(declared, category, size, inspector.sniff(await readHead(path)));
  if (isRefusal(contentType)) return contentType;
  const sha256 = await hashFile(path);
  if (declared.sha256 !== null && declared.sha256 !== sha256) {
    return { code: 'checksum_mismatch', detail: 'the SHA-256 is not the declared one' };
  }
  const inspected = await inspector.inspect(path);
  if (!inspected.ok) return { code: inspected.code, detail: inspected.detail };
  return { contentType, facts: inspected.facts, size, sha256 };
}

async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(new Uint8Array(sniffBytes), 0, sniffBytes, 0);
  return buffer.subarray(0, bytesRead);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
