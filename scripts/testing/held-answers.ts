import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface HeldAnswers {
  /** For the tests, which note what they see (apps/upload-api, record-answers.fixture.ts), and for the programs they start. */
  readonly env: Record<string, string>;
  /** What programs of the tests answered otherwise than the OpenAPI document says. */
  faults(): string[];
  /** What the document tells of and no test has seen, by operation and status. */
  unseen(): string[];
  /** Removes the notes. */
  close(): void;
}

/** Holds over a run what the API answers to its document: every process notes what it sees. */
export function holdAnswers(root: string): HeldAnswers {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-answers-'));
  const watcher = pathToFileURL(path.join(root, 'apps/upload-api/src/http/openapi/watch-process.fixture.ts'));
  watcher.searchParams.set('answers', folder);
  return {
    env: { DARKROOM_SEEN_ANSWERS: folder, DARKROOM_TEST_IMPORT: watcher.href },
    faults: () => [...linesOf(folder, 'faults-*.txt')].map((line) => JSON.parse(line) as string),
    unseen: () => {
      const documented = linesOf(folder, 'documented-*.txt');
      const seen = linesOf(folder, 'seen-*.txt');
      if (documented.size === 0) return ['no test has started the API'];
      return [...documented].filter((answer) => !seen.has(answer)).sort();
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

function linesOf(folder: string, pattern: string): Set<string> {
  const files = globSync(pattern, { cwd: folder });
  const lines = files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
  return new Set(lines.filter((line) => line !== ''));
}
