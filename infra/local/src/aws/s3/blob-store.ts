import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { link, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../core/aws-error.ts';
import type { Digests } from './checksums.ts';

/** A stretch of bytes on disk; its name is random, so that no key ever becomes a path. */
export interface Blob {
  readonly name: string;
  readonly size: number;
}

/** Files of bytes. A blob counts only once a row of the database names it: what no row names is swept at start. */
export class BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes a stream away, feeding `digests`; on failure nothing stays behind. */
  async write(source: AsyncIterable<Buffer>, digests: Digests, maxBytes: number): Promise<Blob> {
    const name = randomBytes(16).toString('hex');
    const file = await open(this.#path(name), 'wx');
    let size = 0;
    try {
      for await (const chunk of source) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge(maxBytes);
        digests.update(chunk);
        await file.writev([chunk]);
      }
    } catch (error) {
      await file.close();
      await this.remove([name]);
      throw error;
    }
    await file.close();
    return { name, size };
  }

  /** A second name for the same bytes, which never change; undefined where the file system has no links or they are gone. */
  async duplicate(blob: Blob): Promise<Blob | undefined> {
    const name = randomBytes(16).toString('hex');
    try {
      await link(this.#path(blob.name), this.#path(name));
      return { name, size: blob.size };
    } catch {
      return undefined;
    }
  }

  /** Opens the blobs of an object before anything is answered: open files outlive their removal. */
  async open(blobs: readonly Blob[]): Promise<BlobReader> {
    const files: BlobFile[] = [];
    try {
      for (const blob of blobs) files.push({ blob, file: await open(this.#path(blob.name), 'r') });
    } catch (error) {
      await Promise.all(files.map(({ file }) => file.close()));
      throw error;
    }
    return new BlobReader(files);
  }

  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => rm(this.#path(name), { force: true })));
  }

  /** Deletes every blob that `kept` does not name: left over by a process that was killed. */
  async sweep(kept: ReadonlySet<string>): Promise<number> {
    const stray = (await readdir(this.#folder)).filter((name) => !kept.has(name));
    await this.remove(stray);
    return stray.length;
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }
}

interface BlobFile {
  readonly blob: Blob;
  readonly file: Awaited<ReturnType<typeof open>>;
}

/** The bytes of an object, read once and then closed. */
export class BlobReader {
  #files: readonly BlobFile[];

  constructor(files: readonly BlobFile[]) {
    this.#files = files;
  }

  /** Streams the bytes from `start` to `end`, both included, and closes. */
  async *read(start: number, end: number): AsyncGenerator<Buffer> {
    try {
      let offset = 0;
      for (const { blob, file } of this.#files) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, blob.size - 1);
        offset += blob.size;
        if (from <= to) yield* readRange(file, from, to);
      }
    } finally {
      await this.close();
    }
  }

  /** May be called again. */
  async close(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    await Promise.all(files.map(({ file }) => file.close()));
  }
}

const CHUNK = 256 * 1024;

async function* readRange(file: BlobFile['file'], from: number, to: number): AsyncGenerator<Buffer> {
  for (let position = from; position <= to;) {
    const length = Math.min(CHUNK, to - position + 1);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) throw new Error('a blob is shorter than its row says');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

export const tooLarge = (max: number): AwsError =>
  new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
    MaxSizeAllowed: String(max),
  });
