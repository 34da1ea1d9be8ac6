import sharp from 'sharp';

let done = false;

/**
 * Sets libvips up for many unrelated images, once per process. No operation cache (images come once); one thread an
 * image (the worker runs images side by side; also said explicitly because preloading jemalloc changes the default);
 * and only the loaders for what Darkroom takes, so that a mislabelled file reaches no other parser.
 */
export function setUpSharp(): void {
  if (done) return;
  done = true;
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: allowedLoaders });
}

const allowedLoaders = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadHeif',
  'VipsForeignLoadTiff', // how the HEIC decoder hands its pixels on; sniffing keeps TIFF files out
];

/**
 * For the environment of a process that builds variants on glibc: large buffers go back to the system when freed.
 * Halves the peak memory of a worker. Must be set before the process starts.
 */
export const allocatorEnvironment = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
} as const;
