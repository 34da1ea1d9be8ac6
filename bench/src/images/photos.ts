import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { cache } from './tools.ts';

export const kinds = ['baseline', 'progressive', 'png', 'webp'] as const;
export type Kind = (typeof kinds)[number];

export interface Photo {
  readonly name: string;
  readonly kind: Kind;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

export const samplesFolder = resolve(import.meta.dirname, '../../../samples');

/** What phones take, in pixels. */
const phonePixels = 12_000_000;

/**
 * Every JPEG of a folder, upright and without metadata, as each kind of file; smaller ones also enlarged to what phones
 * take, because the larger a photograph, the more its decoding weighs against the encoding. Made once and kept.
 */
export async function preparePhotos(folder: string): Promise<readonly Photo[]> {
  const files = (await readdir(folder)).filter((file) => /\.jpe?g$/i.test(file)).sort();
  const target = join(
    cache,
    `photos-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 8)}`,
  );
  await mkdir(target, { recursive: true });
  const photos: Photo[] = [];
  for (const file of files) {
    const source = join(folder, file);
    const { width, height } = await sharp(source).metadata();
    const scale = Math.sqrt(phonePixels / (width * height));
    for (const kind of kinds) photos.push(await prepare(source, kind, target));
    if (scale <= 1.2) continue;
    for (const kind of kinds) photos.push(await prepare(source, kind, target, scale));
  }
  return photos;
}

async function prepare(source: string, kind: Kind, target: string, scale?: number): Promise<Photo> {
  const name = `${basename(source).replace(/\.\w+$/, '')}${scale ? '-12mp' : ''}`;
  const path = join(target, `${name}.${kind}`);
  if (!existsSync(path)) {
    const { autoOrient } = await sharp(source).metadata();
    const image = sharp(source).autoOrient();
    if (scale) image.resize(Math.round(autoOrient.width * scale));
    await encoders[kind](image).toFile(path);
  }
  const { width, height } = await sharp(path).metadata();
  return { name, kind, path, width, height };
}

type Encode = (image: Sharp) => Sharp;
const encoders: Readonly<Record<Kind, Encode>> = {
  baseline: (image) => image.jpeg({ quality: 90 }),
  progressive: (image) => image.jpeg({ quality: 90, progressive: true }),
  png: (image) => image.png(),
  webp: (image) => image.webp({ quality: 90 }),
};
