import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/** Replaces the file at once: a reader sees the old text or the new, never a part, even after a power cut. */
export function writeFileAtomic(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}.new`;
  const fd = openSync(draft, 'w', mode);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
}
