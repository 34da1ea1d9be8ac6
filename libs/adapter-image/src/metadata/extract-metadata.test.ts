import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtractedMetadata } from '@darkroom/domain';
import sharp from 'sharp';
import { fixturePath, refusedFixtures, soundFixtures, type SoundFixture } from '../fixtures.ts';
import { SharpImageEngine } from '../image-engine.ts';

const engine = new SharpImageEngine();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-metadata-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});
const never = new AbortController().signal;

async function extract(path: string): Promise<ExtractedMetadata> {
  const result = await engine.extract(path, never);
  if (!result.ok) throw new Error(`${path}: ${result.code} ${result.detail}`);
  return result.extracted;
}

type Block = Readonly<Record<string, unknown>>;
const blockOf = ({ metadata }: ExtractedMetadata, name: string) => metadata[name] as Block | undefined;

async function readByExiftool({ exif }: SoundFixture): Promise<Block> {
  return JSON.parse(await readFile(fixturePath(exif!), 'utf8')) as Block;
}

const described = soundFixtures.filter(({ exif }) => exif);
/** exiftool's name → ours, where they differ. */
const names: Readonly<Record<string, string>> = {
  ISO: 'ISOSpeedRatings',
  ExposureCompensation: 'ExposureBiasValue',
};

describe('facts', () => {
  it.each(soundFixtures)('of $file', async (fixture) => {
    const { width, height, orientation, frames, alpha: has_alpha } = fixture;
    const extracted = await extract(fixturePath(fixture.file));
    expect(extracted).toMatchObject({ width, height, metadata: { orientation, frames, has_alpha } });
    expect(extracted.dominantColor).toMatch(/^#[0-9a-f]{6}$/);
    expect(extracted.perceptualHash).toMatch(/^[0-9a-f]{16}$/);
    expect(Buffer.from(extracted.placeholder, 'base64').length).toBeGreaterThan(4);
    const bytes = await readFile(fixturePath(fixture.file));
    expect(extracted.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(extracted.gps).toEqual(fixture.gps ?? null);
    expect(extracted.metadata['color_profile']).toBe(fixture.profile);
    expect(extracted.warnings.length > 0).toBe(fixture.damaged_exif ?? false);
  });

  it('finds the colour that covers most', async () => {
    expect((await extract(fixturePath('tiny.png'))).dominantColor).toBe('#c86432');
  });

  it('gives near-duplicates nearly the same perceptual hash, and others another', async () => {
    const distance = (a: string, b: string) =>
      (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
    const hash = async (file: string) => (await extract(fixturePath(file))).perceptualHash;
    const boats = await hash('large.jpg');
    for (const file of [
      'photo.webp',
      'photo.heic',
      'orientation-7.jpg',
      'wide-gamut.jpg',
      'grey.jpg',
      'cmyk.jpg',
    ]) {
      expect(distance(boats, await hash(file))).toBeLessThanOrEqual(8);
    }
    expect(distance(boats, await hash('odd.jpg'))).toBeGreaterThan(16);
  });
});

describe('EXIF, IPTC and XMP', () => {
  it.each(described)('of $file are what exiftool reads', async (fixture) => {
    const theirs = await readByExiftool(fixture);
    const ours = blockOf(await extract(fixturePath(fixture.file)), 'exif')!;
    const plain = [
      'Make',
      'Model',
      'LensModel',
      'Artist',
      'ImageDescription',
      'FNumber',
      'ExposureTime',
      'ISO',
    ];
    for (const name of [...plain, 'FocalLength', 'ExposureCompensation', 'UserComment']) {
      const value = ours[names[name] ?? name];
      const expected = theirs[`EXIF:${name}`];
      if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 8);
      else expect(value).toBe(expected);
    }
    expect(ours).toMatchObject({
      DateTimeOriginal: '2024-05-06T07:08:09.123+09:00',
      DateTimeDigitized: '2024-05-06T07:08:09',
      Flash: 'Flash did not fire, compulsory flash mode',
    });
  });

  it.each(described.filter(({ file }) => !file.endsWith('.png')))('of $file hold XMP', async (fixture) => {
    const theirs = await readByExiftool(fixture);
    const ours = blockOf(await extract(fixturePath(fixture.file)), 'xmp')!;
    expect(ours).toMatchObject({
      title: theirs['XMP:Title'],
      creator: [theirs['XMP:Creator']],
      subject: theirs['XMP:Subject'],
      Rating: theirs['XMP:Rating'],
    });
  });

  it('hold IPTC', async () => {
    const ours = blockOf(await extract(fixturePath('large.jpg')), 'iptc')!;
    expect(ours).toEqual({
      Keywords: ['boats', 'lake'],
      City: 'Keswick',
      DateCreated: '2024-05-06T07:08:09+09:00',
    });
  });

  it('hold no position, no blobs and nothing that Postgres would refuse', async () => {
    for (const { file } of soundFixtures) {
      const { metadata } = await extract(fixturePath(file));
      const json = JSON.stringify(metadata);
      expect(json).not.toMatch(/gps|latitude|longitude|33\.85|33,51/i);
      expect(json).not.toMatch(/MakerNote|Thumbnail|\\u0000/);
      expect(json.length).toBeLessThan(65_536);
      expect(JSON.parse(json)).toEqual(metadata);
    }
  });

  it('of a damaged block are what could be read, with a warning', async () => {
    const { metadata, warnings } = await extract(fixturePath('damaged-exif.jpg'));
    expect(metadata['exif']).toMatchObject({ Make: 'Nikon', Model: 'Z 6' });
    expect(warnings.join()).toMatch(/EXIF/);
  });

  it('never fail an image, whatever is in them', async () => {
    const pixels = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
      .jpeg()
      .toBuffer();
    const intact = await readFile(fixturePath('large.jpg'));
    const start = intact.indexOf('Exif\0\0', 'latin1');
    const length = intact.readUInt16BE(start - 2);
    const path = join(folder, 'noisy.jpg');
    for (let seed = 1; seed <= 150; seed += 1) {
      const segment = Buffer.from(intact.subarray(start - 4, start - 2 + length));
      let state = seed;
      for (let change = 0; change < 1 + (seed % 12); change += 1) {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        segment[12 + (state % (segment.length - 12))] = state % 251;
      }
      await writeFile(path, Buffer.concat([pixels.subarray(0, 2), segment, pixels.subarray(2)]));
      const { metadata, gps } = await extract(path);
      expect(metadata).toMatchObject({ frames: 1 });
      if (gps) expect(Number.isFinite(gps.latitude) && Number.isFinite(gps.longitude)).toBe(true);
    }
  });
});

describe('refusals', () => {
  it.each(refusedFixtures)('$file', async ({ file, refused }) => {
    const code = refused.code === 'not_an_image' ? 'undecodable' : refused.code;
    expect(await engine.extract(fixturePath(file), never)).toMatchObject({ ok: false, code });
  });

  it('is abandoned when its signal fires', async () => {
    const aborted = engine.extract(fixturePath('large.jpg'), AbortSignal.abort());
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });
});
