import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { MediaType } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import type { ImageFacts } from '@darkroom/domain';
import sharp from 'sharp';
import type { Metadata } from 'sharp';
import { isOurFault } from './our-fault.ts';
import { refusal, type Refusal } from './refusal.ts';
import { setUpSharp } from './sharp-setup.ts';
import { sniffImage, sniffLength } from './sniff.ts';

/** What the header says, with what the engine needs to plan by. */
export interface Header extends ImageFacts {
  /** Before the EXIF orientation is applied, in pixels. */
  readonly storedWidth: number;
  readonly storedHeight: number;
  /** Progressive JPEG or interlaced PNG: decoding holds the whole image. */
  readonly progressive: boolean;
  /** HEVC inside: sharp reads the header, but cannot decode it. */
  readonly hevc: boolean;
  readonly fileBytes: number;
  /** What else sharp found: colour space, profile, EXIF and other blocks as bytes. */
  readonly raw: Metadata;
}

export type HeaderResult = { readonly ok: true; readonly header: Header } | Refusal;

/**
 * Reads the header of a file, decoding nothing. A file that is not there throws `not_found`; a file that is at fault
 * is refused as `not_an_image` or `undecodable`.
 */
export async function readHeader(path: string): Promise<HeaderResult> {
  const { head, fileBytes } = await readHead(path);
  const contentType = sniffImage(head);
  if (contentType === undefined) return refusal('not_an_image', 'the first bytes are of no image type taken');
  setUpSharp();
  let raw: Metadata;
  try {
    // Without a limit of its own: too many pixels shall be told as that, and reading a header costs the same.
    raw = await sharp(path, { limitInputPixels: false, failOn: 'error', sequentialRead: true }).metadata();
  } catch (error) {
    if (isOurFault(error))
      throw new AppError('internal', 'a header could not be read', { retryable: true, cause: error });
    return refusal('undecodable', `the header cannot be read: ${firstLine(error, path)}`);
  }
  return toHeader(contentType, raw, fileBytes);
}

async function readHead(path: string): Promise<{ head: Uint8Array; fileBytes: number }> {
  try {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(new Uint8Array(sniffLength), 0, sniffLength, 0);
      return { head: buffer.subarray(0, bytesRead), fileBytes: (await stat(path)).size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new AppError('not_found', 'the file to look at cannot be opened', { cause: error });
  }
}

function toHeader(contentType: MediaType, raw: Metadata, fileBytes: number): HeaderResult {
  const { width, pageHeight, height } = raw;
  if (!width || !height) return refusal('undecodable', 'the header gives no size');
  const container =
    contentType === 'image/avif' || contentType === 'image/heic' || contentType === 'image/heif';
  const orientation = container ? 1 : validOrientation(raw.orientation); // HEIF turns by its own boxes
  const turned = orientation >= 5;
  const storedHeight = pageHeight ?? height;
  const animates = contentType === 'image/gif' || contentType === 'image/webp';
  return {
    ok: true,
    header: {
      contentType,
      width: turned ? storedHeight : width,
      height: turned ? width : storedHeight,
      storedWidth: width,
      storedHeight,
      orientation,
      frames: animates ? (raw.pages ?? 1) : 1,
      hasAlpha: raw.hasAlpha,
      progressive: raw.isProgressive,
      hevc: container && raw.compression !== 'av1',
      fileBytes,
      raw,
    },
  };
}

function validOrientation(value: number | undefined): number {
  return value !== undefined && value >= 1 && value <= 8 ? value : 1;
}

/** libvips tells a whole story over many lines; its first one is enough for a person. Without the file's name. */
export function firstLine(error: unknown, path?: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const line =
    message
      .split('\n', 1)[0]
      ?.replace(/^Input file has corrupt header: */, '')
      .trim() ?? '';
  return (path ? line.replaceAll(path, 'file').replaceAll(basename(path), 'file') : line).slice(0, 200);
}
