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

/** Every JPEG of a folder, upright and without metadata, as each kind of file. Made once and kept. */
export async function preparePhotos(folder: string): Promise<readonly Photo[]> {
  const files = (await readdir(folder)).filter((file) => /\.jpe?g$/i.test(file)).sort();
  const target = join(
    cache,
    `photos-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 8)}`,
  );
  await mkdir(target, { recursive: true });
  const photos: Photo[] = [];
  for (const file of files) {
    for (const kind of kinds) photos.push(await prepare(join(folder, file), kind, target));
  }
  return photos;
}

async function prepare(source: string, kind: Kind, target: string): Promise<Photo> {
  const name = basename(source).replace(/\.\w+$/, '');
  const path = join(target, `${name}.${kind}`);
  if (!existsSync(path)) await encoders[kind](sharp(source).autoOrient()).toFile(path);
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
