import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  measureCpu,
  measureMemory,
  measureQuality,
  measureThroughput,
  median,
  type CpuByPhoto,
  type Similarity,
} from './measure.ts';
import { kinds, preparePhotos, samplesFolder, type Kind, type Photo } from './photos.ts';
import { cache, findTools, ours, type Tools } from './tools.ts';

interface Row {
  readonly bar: string;
  readonly limit: string;
  readonly measured: string;
  readonly held: boolean | null;
}

/**
 * `npm run bench -- images [--photos folder] [--rounds 5] [--images 500]`: the image engine against its bars. Markdown
 * on standard output, JSON beside the inputs. What is not on the machine is named as not run.
 */
export async function runImagesBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      photos: { type: 'string', default: samplesFolder },
      rounds: { type: 'string', default: '5' },
      images: { type: 'string', default: '500' },
    },
  });
  const rounds = Number(values.rounds);
  console.error('preparing photos and tools');
  const photos = await preparePhotos(values.photos);
  const tools = await findTools();
  const { missing: _missing, versions: _versions, ...others } = tools;
  console.error('CPU time');
  const cpu = await measureCpu({ ours: ours(1), ...others }, photos, rounds);
  const rows: Row[] = [...cpuRows(cpu, photos, tools), await throughputRow(photos, tools, rounds)];
  console.error('memory');
  rows.push(...(await memoryRows(photos, Number(values.images))));
  console.error('quality');
  rows.push(...(await qualityRows(photos)));
  await mkdir(cache, { recursive: true });
  const figures = {
    at: new Date().toISOString(),
    machine: machine(),
    versions: versionsOf(tools),
    rows,
    cpu,
    photos,
  };
  await writeFile(join(cache, 'images.json'), `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(markdown(rows, photos, cpu, tools));
  console.error(`JSON: ${join(cache, 'images.json')}`);
}

function cpuRows(cpu: CpuByPhoto, photos: readonly Photo[], tools: Tools): Row[] {
  const row = (
    bar: string,
    other: 'c' | 'pillow' | 'vipsthumbnail',
    wanted: readonly Kind[],
    limit: number,
  ): Row => {
    if (!tools[other]) return notRun(bar, `≤ ${limit}`);
    const ratios = photos.flatMap(({ kind }, index) =>
      wanted.includes(kind) ? [(cpu['ours']?.[index] ?? 0) / (cpu[other]?.[index] ?? 0)] : [],
    );
    const value = median(ratios);
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    return { bar, limit: `≤ ${limit}`, measured: `${value.toFixed(2)} (${range})`, held: value <= limit };
  };
  const rest = kinds.filter((kind) => kind !== 'baseline');
  return [
    row('CPU over a C program on libvips, the same plan', 'c', kinds, 1.1),
    row('CPU over Pillow, baseline JPEG', 'pillow', ['baseline'], 0.62),
    ...rest.map((kind) => row(`CPU over Pillow, ${kind}`, 'pillow', [kind], 0.72)),
    row('CPU over vipsthumbnail four times, baseline JPEG', 'vipsthumbnail', ['baseline'], 0.7),
    ...rest.map((kind) => row(`CPU over vipsthumbnail four times, ${kind}`, 'vipsthumbnail', [kind], 0.5)),
  ];
}

async function throughputRow(photos: readonly Photo[], { pillow }: Tools, rounds: number): Promise<Row> {
  const bar = 'throughput of one worker on 2 cores over one Pillow process';
  if (!pillow) return notRun(bar, '≥ 3');
  console.error('throughput');
  const [mine, theirs] = await measureThroughput([ours(2), pillow], photos, rounds);
  const measured = `${(mine / theirs).toFixed(2)} (${mine.toFixed(1)} over ${theirs.toFixed(1)} images a second)`;
  return { bar, limit: '≥ 3', measured, held: mine / theirs >= 3 };
}

async function memoryRows(photos: readonly Photo[], images: number): Promise<Row[]> {
  const limit = 'peak ≤ 450 MB, end ≤ 300 MB';
  if (process.platform !== 'linux') return [notRun('memory', limit)];
  const bounded = await measureMemory(ours(2), photos, images);
  const fewer = Math.ceil(images / 5); // full-size WebP takes four times as long
  const all = await measureMemory(ours(2, 'all'), photos, fewer);
  const text = (figures: typeof all) =>
    `peak ${figures.peakMb.toFixed(0)} MB, end ${figures.endMb.toFixed(0)} MB`;
  return [
    {
      bar: `memory over ${images} mixed images, 2 in flight`,
      limit,
      measured: text(bounded),
      held: bounded.peakMb <= 450 && bounded.endMb <= 300,
    },
    {
      bar: `the same over ${fewer}, with the full-size preset`,
      limit: 'none',
      measured: text(all),
      held: null,
    },
  ];
}

async function qualityRows(photos: readonly Photo[]): Promise<Row[]> {
  const { wrongSizes, shipped, resized, encoder } = await measureQuality(photos);
  const text = ({ worst, of, median: middle }: Similarity) =>
    `worst ${worst.toFixed(3)} (${of}), median ${middle.toFixed(3)}`;
  const similar = (bar: string, figures: Similarity): Row => {
    return { bar, limit: '≥ 0.97', measured: text(figures), held: figures.worst >= 0.97 };
  };
  return [
    {
      bar: 'variants of a size other than computed',
      limit: '0',
      measured: String(wrongSizes),
      held: wrongSizes === 0,
    },
    similar('600 px SSIM against full-decode Lanczos, the resizes alone', resized),
    similar('600 px SSIM against full-decode Lanczos, as shipped at quality 85', shipped),
    {
      bar: 'the same of that Lanczos image itself at quality 85',
      limit: 'none',
      measured: text(encoder),
      held: null,
    },
  ];
}

function notRun(bar: string, limit: string): Row {
  return { bar, limit, measured: 'not run', held: null };
}

function markdown(rows: readonly Row[], photos: readonly Photo[], cpu: CpuByPhoto, tools: Tools): string {
  const sizes = photos.map(({ width, height }) => (width * height) / 1e6);
  const held = (row: Row) => (row.held === null ? '' : row.held ? 'held' : '**missed**');
  const perKind = kinds.flatMap((kind) =>
    sizeClasses.flatMap(({ name, from, to }) => {
      const wanted = photos.flatMap((photo, index) => {
        const megapixels = (photo.width * photo.height) / 1e6;
        return photo.kind === kind && megapixels >= from && megapixels < to ? [index] : [];
      });
      const mean = (contender: string) => {
        const values = wanted.map((index) => cpu[contender]?.[index] ?? Number.NaN);
        const sum = values.reduce((a, b) => a + b, 0) / values.length;
        return Number.isNaN(sum) ? '' : sum.toFixed(0);
      };
      if (wanted.length === 0) return [];
      return [`| ${kind}, ${name} | ${['ours', 'c', 'pillow', 'vipsthumbnail'].map(mean).join(' | ')} |`];
    }),
  );
  return [
    `${photos.length / kinds.length} photographs of ${Math.min(...sizes).toFixed(1)} to ${Math.max(...sizes).toFixed(1)}` +
      ` megapixels, each as ${kinds.join(', ')}. ${machine()}.`,
    `${Object.entries(versionsOf(tools))
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    '| bar | limit | measured | |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.bar} | ${row.limit} | ${row.measured} | ${held(row)} |`),
    '',
    'Mean CPU milliseconds of a set (four bounded presets):',
    '',
    '| | ours | C on libvips | Pillow | vipsthumbnail |',
    '| --- | --: | --: | --: | --: |',
    ...perKind,
    '',
    ...tools.missing.map((what) => `Not run, ${what}`),
    '',
  ].join('\n');
}

const sizeClasses = [
  { name: 'under 8 megapixels', from: 0, to: 8 },
  { name: '8 megapixels and more', from: 8, to: Infinity },
] as const;

function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores`;
}

function versionsOf({ versions }: Tools): Record<string, string> {
  const { sharp: own = '', vips = '' } = sharp.versions;
  return { Node: process.versions.node, sharp: own, 'libvips of sharp': vips, ...versions };
}
