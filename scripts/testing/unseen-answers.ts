import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SeenAnswers {
  /** For the tests, which note there what they see (apps/upload-api, record-answers.fixture.ts). */
  readonly env: Record<string, string>;
  /** What the OpenAPI document tells of and no test has seen, by operation and status. Removes the notes. */
  unseen(): string[];
}

/** Notes over a whole run which documented answers of the API its tests have seen. */
export function noteAnswers(): SeenAnswers {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-answers-'));
  return {
    env: { DARKROOM_SEEN_ANSWERS: folder },
    unseen: () => {
      const documented = linesOf(folder, 'documented-*.txt');
      const seen = linesOf(folder, 'seen-*.txt');
      rmSync(folder, { recursive: true });
      if (documented.size === 0) return ['no test has started the API'];
      return [...documented].filter((answer) => !seen.has(answer)).sort();
    },
  };
}

function linesOf(folder: string, pattern: string): Set<string> {
  const files = globSync(pattern, { cwd: folder });
  const lines = files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
  return new Set(lines.filter((line) => line !== ''));
}
