import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPresets, type BuiltVariant, type Preset } from '@darkroom/domain';
import fc from 'fast-check';
import sharp from 'sharp';
import { fitInside } from './dimensions.ts';
import { fixturePath, refusedFixtures, soundFixtures } from './fixtures.ts';
import { SharpImageEngine } from './image-engine.ts';
import { meanDifference, readPixels, ssim } from './similarity.ts';

const engine = new SharpImageEngine();
afterAll(() => engine.close());
const never = new AbortController().signal;

const still = soundFixtures.filter(({ frames }) => frames === 1);
const withReference = soundFixtures.filter(({ reference }) => reference !== undefined);
const preset = (changes: Partial<Preset>): Preset => ({ ...defaultPresets[1]!, ...changes });

async function build(file: string, presets: readonly Preset[]): Promise<readonly BuiltVariant[]> {
  const result = await engine.build(fixturePath(file), presets, never);
  if (!result.ok) throw new Error(`${file}: ${result.code} ${result.detail}`);
  return result.variants;
}

async function buildOne(file: string, one: Preset): Promise<BuiltVariant> {
  const [variant] = await build(file, [one]);
  return variant!;
}

describe('inspect', () => {
  it.each(soundFixtures)('tells the facts of $file', async (fixture) => {
    const { type: contentType, width, height, orientation, frames, alpha: hasAlpha } = fixture;
    const facts = { contentType, width, height, orientation, frames, hasAlpha };
    expect(await engine.inspect(fixturePath(fixture.file))).toEqual({ ok: true, facts });
  });

  it.each(refusedFixtures.filter(({ refused }) => refused.at === 'inspect'))(
    'refuses $file',
    async (fixture) => {
      const result = await engine.inspect(fixturePath(fixture.file));
      expect(result).toMatchObject({ ok: false, code: fixture.refused.code });
      expect(JSON.stringify(result)).not.toContain(fixture.file);
    },
  );

  it('throws when the file is not there', async () => {
    await expect(engine.inspect(fixturePath('nothing.jpg'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('build', () => {
  it.each(still)(
    'makes every default variant of $file, of exact size and true to its own header',
    async (fixture) => {
      const variants = await build(fixture.file, defaultPresets);
      expect(variants.map(({ preset: { name } }) => name)).toEqual(defaultPresets.map(({ name }) => name));
      for (const variant of variants) {
        const expected = fitInside(fixture, variant.preset.bound);
        expect({ width: variant.width, height: variant.height }).toEqual(expected);
        const { width, height, format, space } = await sharp(variant.body).metadata();
        expect({ width, height, format, space }).toEqual({ ...expected, format: 'webp', space: 'srgb' });
      }
    },
  );

  it('is of exact size for any ratio', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-ratios-'));
    const side = fc.integer({ min: 1, max: 2_500 });
    const bounds = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 4 });
    const ratio = fc.asyncProperty(side, side, bounds, fc.nat(), async (width, height, limits, seed) => {
      const path = join(folder, `${seed}.png`);
      await sharp({ create: { width, height, channels: 3, background: '#369' } })
        .png()
        .toFile(path);
      const presets = limits.map((bound, index) => preset({ name: `v${index}`, bound, effort: 0 }));
      const result = await engine.build(path, presets, never);
      expect(result.ok).toBe(true);
      for (const variant of result.ok ? result.variants : []) {
        const { width: w, height: h } = await sharp(variant.body).metadata();
        expect({ width: w, height: h }).toEqual(fitInside({ width, height }, variant.preset.bound));
      }
    });
    await fc.assert(ratio, { numRuns: 25 });
    await rm(folder, { recursive: true });
  });

  it.each(withReference)('shows $file as another program does', async (fixture) => {
    const variant = await buildOne(fixture.file, preset({ bound: 300 }));
    const [ours, theirs] = await Promise.all([
      readPixels(variant.body),
      readPixels(fixturePath(fixture.reference!)),
    ]);
    const alike = { ssim: ssim(ours, theirs), difference: meanDifference(ours, theirs) };
    expect(alike.ssim).toBeGreaterThan(fixture.loose ? 0.9 : 0.96);
    expect(alike.difference).toBeLessThan(fixture.loose ? 16 : 5);
  });

  it.each([
    preset({ format: 'webp' }),
    preset({ format: 'avif', quality: 75, effort: 0 }),
    preset({ format: 'jpeg' }),
  ])('carries no metadata into $format', async (one) => {
    for (const file of ['large.jpg', 'wide-gamut.jpg', 'photo.heic', 'photo.png', 'photo.webp']) {
      const { body } = await buildOne(file, one);
      const { exif, xmp, icc, iptc, orientation } = await sharp(body).metadata();
      expect({ exif, xmp, icc, iptc, orientation }).toEqual({});
      const text = Buffer.from(body).toString('latin1');
      for (const mark of ['Exif\0', 'ns.adobe.com', 'Photoshop', 'Nikon', 'Fixture P3'])
        expect(text).not.toContain(mark);
    }
  });

  it('gives the same bytes again', async () => {
    const presets = [
      ...defaultPresets,
      preset({ name: 'a', format: 'avif', effort: 0 }),
      preset({ name: 'j', format: 'jpeg' }),
    ];
    for (const file of ['large.jpg', 'rgb16.png', 'animated.gif', 'photo.heic']) {
      const [first, second] = [await build(file, presets), await build(file, presets.toReversed())];
      for (const {
        preset: { name },
        body,
      } of first) {
        const again = second.find((variant) => variant.preset.name === name)!;
        expect(Buffer.compare(body, again.body)).toBe(0);
      }
    }
  });

  it('gives the same bytes for one variant alone as for all together', async () => {
    const presets = [
      ...defaultPresets,
      preset({ name: 'odd', bound: 777 }),
      preset({ name: 'big', bound: 1500 }),
      preset({ name: 'jpeg', format: 'jpeg' }),
    ];
    for (const file of ['large.jpg', 'progressive.jpg', 'photo.webp', 'animated.gif', 'wide.png']) {
      for (const together of await build(file, presets)) {
        const alone = await buildOne(file, together.preset);
        expect(Buffer.compare(together.body, alone.body)).toBe(0);
      }
    }
  });

  it('keeps alpha in WebP and AVIF, and lays it on white in JPEG', async () => {
    for (const file of ['alpha.png', 'alpha.webp', 'alpha.avif', 'grey-alpha.png', 'alpha.heic']) {
      for (const format of ['webp', 'avif'] as const) {
        const { body } = await buildOne(file, preset({ format, effort: 0 }));
        expect(await sharp(body).metadata()).toMatchObject({ hasAlpha: true });
      }
      const { body } = await buildOne(file, preset({ format: 'jpeg', bound: null }));
      const { data } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
      expect(Math.min(...data.subarray(0, 30))).toBeGreaterThan(245); // the top row is all transparent
    }
  });

  it('makes JPEG progressive', async () => {
    const { body, contentType } = await buildOne('large.jpg', preset({ format: 'jpeg' }));
    expect(contentType).toBe('image/jpeg');
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', isProgressive: true });
  });

  it('keeps animations in WebP, with their timing, and shows the first frame elsewhere', async () => {
    for (const { file, frames, delays, loop } of soundFixtures.filter((fixture) => fixture.delays)) {
      for (const bound of [150, null]) {
        const variant = await buildOne(file, preset({ bound }));
        const { width: w, height: h } = variant;
        const meta = await sharp(variant.body, { pages: -1 }).metadata();
        expect(meta).toMatchObject({
          width: w,
          pageHeight: h,
          pages: frames,
          delay: delays,
          loop: loop ?? 0,
        });
      }
      const first = await readPixels((await buildOne(file, preset({ bound: null }))).body);
      const stillOne = await readPixels(
        (await buildOne(file, preset({ bound: null, format: 'jpeg', quality: 95 }))).body,
      );
      expect(ssim(first, stillOne)).toBeGreaterThan(0.95);
    }
  });

  it('shows every frame of an animation in its place', async () => {
    const { body, height } = await buildOne('animated.webp', preset({ bound: 120 }));
    const source = fixturePath('animated.webp');
    for (let page = 0; page < 5; page += 1) {
      const ours = await readPixels(await sharp(body, { page }).png().toBuffer());
      const theirs = await readPixels(await sharp(source, { page }).resize(120, height).png().toBuffer());
      expect(ssim(ours, theirs)).toBeGreaterThan(0.95);
    }
  });

  it('keeps the first frame of an animation beyond the budget, and says so', async () => {
    const result = await engine.build(fixturePath('many-frames.gif'), defaultPresets, never);
    expect(result).toMatchObject({ ok: true, notes: [expect.stringContaining('400 frames')] });
    expect(result.ok && (await sharp(result.variants[0]!.body).metadata()).pages).toBeUndefined();
  });

  it('makes one full-size variant alone, and none from none', async () => {
    const [variant] = await build('orientation-6.jpg', [defaultPresets[4]!]);
    expect(variant).toMatchObject({ width: 640, height: 400 });
    expect(await build('photo.png', [])).toEqual([]);
  });

  it.each(refusedFixtures)('refuses $file', async ({ file, refused }) => {
    const code = refused.code === 'not_an_image' ? 'undecodable' : refused.code;
    expect(await engine.build(fixturePath(file), defaultPresets, never)).toMatchObject({ ok: false, code });
  });

  it('is abandoned when its signal fires', async () => {
    await expect(
      engine.build(fixturePath('large.jpg'), defaultPresets, AbortSignal.abort()),
    ).rejects.toMatchObject({
      code: 'aborted',
    });
    const abort = new AbortController();
    const building = engine.build(fixturePath('large.jpg'), defaultPresets, abort.signal);
    setImmediate(() => abort.abort());
    await expect(building).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('every file of fixtures/', () => {
  it('is in the index', () => {
    expect(soundFixtures.length + refusedFixtures.length).toBeGreaterThan(50);
    expect(readFileSync(fixturePath('index.json'), 'utf8')).not.toContain('tmp');
  });
});
