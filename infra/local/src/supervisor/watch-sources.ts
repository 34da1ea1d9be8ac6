import { existsSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { Part } from './part.ts';
import { repository } from './repository.ts';

const settleMs = 200;

/** Restarts a part when a source of it or of a library changes. Returns the end of watching. */
export function watchSources(parts: readonly { part: Part; file: string }[]): () => void {
  const due = new Map<string, Part>();
  let timer: NodeJS.Timeout | undefined;
  const restart = (changed: readonly Part[]): void => {
    for (const part of changed) due.set(part.name, part);
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const part of due.values()) void part.restart();
      due.clear();
    }, settleMs);
  };
  const everything = parts.map(({ part }) => part);
  const watchers = [
    ...parts.map(({ part, file }) => watchFolder(path.dirname(file), () => restart([part]))),
    watchFolder(path.join(repository, 'libs'), () => restart(everything)),
  ];
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher?.close();
  };
}

function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  if (!existsSync(folder)) return undefined;
  return watch(folder, { recursive: true }, (_event, name) => {
    if (name !== null && /\.(ts|json)$/.test(name) && !/\.test\.ts$|(^|[\\/])dist[\\/]/.test(name))
      onChange();
  });
}
