import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.fixture.ts';

const budgetBytes = 10_000;

/** Bytes gzipped of each file that is built for a script. */
async function builtSizes(folder: string, script: string): Promise<Record<string, number>> {
  const dist = await bundle(folder, script);
  const sizes: Record<string, number> = {};
  for (const name of await readdir(dist, { recursive: true })) {
    if (name.endsWith('.js'))
      sizes[path.basename(name)] = gzipSync(await readFile(path.join(dist, name))).length;
  }
  return sizes;
}

describe('what a page loads', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'darkroom-size-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it(`for upload(), workers and all, is at most ${budgetBytes} bytes gzipped`, async () => {
    const sizes = await builtSizes(
      folder,
      "import { upload } from '@darkroom/upload-client'; globalThis.upload = upload;",
    );
    expect(Object.keys(sizes).filter((name) => name.startsWith('sha256-worker'))).toHaveLength(1);
    const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThan(1_000);
    expect(total).toBeLessThanOrEqual(budgetBytes);
  });

  it('is nothing when it is imported for nothing', async () => {
    const sizes = await builtSizes(folder, "import '@darkroom/upload-client'; globalThis.loaded = true;");
    expect(Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(200);
  });
});
