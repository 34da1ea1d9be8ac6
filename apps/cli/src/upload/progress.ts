import { basename } from 'node:path';
import type { UploadStage } from './upload-file.ts';

export interface Progress {
  update(path: string, stage: UploadStage): void;
  finish(path: string, words: string): void;
}

/** One line per file, rewritten in place in a terminal; elsewhere a line is written when a file is finished. */
export function createProgress(output: NodeJS.WriteStream, paths: readonly string[]): Progress {
  const width = Math.max(...paths.map((path) => basename(path).length));
  const label = (path: string) => basename(path).padEnd(width);
  if (!output.isTTY) {
    return {
      update: () => undefined,
      finish: (path, words) => void output.write(`${label(path)}  ${words}\n`),
    };
  }
  const lines = new Map(paths.map((path) => [path, 'waiting']));
  let drawn = false;
  const draw = () => {
    const up = drawn ? `\u001b[${lines.size}A` : '';
    drawn = true;
    output.write(up + [...lines].map(([path, words]) => `\u001b[2K${label(path)}  ${words}\n`).join(''));
  };
  const set = (path: string, words: string) => {
    if (lines.get(path) === words) return;
    lines.set(path, words);
    draw();
  };
  return { update: (path, stage) => set(path, describe(stage)), finish: set };
}

function describe(stage: UploadStage): string {
  if (stage.name === 'verifying') return 'verifying';
  if (stage.name === 'building') return 'building variants';
  const share = stage.total === 0 ? 1 : stage.sent / stage.total;
  const filled = Math.round(share * 20);
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${Math.round(share * 100)}%`;
}
