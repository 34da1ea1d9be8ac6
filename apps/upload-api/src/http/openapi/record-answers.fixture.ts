import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from './document.ts';

export type SeeAnswer = (operationId: string, status: number) => void;

const written = new Set<string>();

/**
 * Notes which answers are documented, and which a test has seen, for `npm test`, which afterwards names those that none has
 * seen (scripts/testing/held-answers.ts). Each process writes files of its own to the folder DARKROOM_SEEN_ANSWERS; without it
 * nothing is noted.
 */
export function recordAnswers(document: OpenApiDocument): SeeAnswer {
  const folder = process.env['DARKROOM_SEEN_ANSWERS'];
  if (folder === undefined) return () => undefined;
  for (const operations of Object.values(document.paths)) {
    for (const { operationId, responses } of Object.values(operations)) {
      for (const status of Object.keys(responses)) note(folder, 'documented', `${operationId} ${status}`);
    }
  }
  return seenIn(folder);
}

/** Notes in this folder what has been seen, and nothing of what is documented. */
export function seenIn(folder: string): SeeAnswer {
  return (operationId, status) => note(folder, 'seen', `${operationId} ${status}`);
}

function note(folder: string, kind: 'documented' | 'seen', answer: string): void {
  if (written.has(`${kind} ${answer}`)) return;
  written.add(`${kind} ${answer}`);
  appendFileSync(join(folder, `${kind}-${process.pid}.txt`), `${answer}\n`);
}
