import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from './document.ts';

const written = new Set<string>();

/**
 * Notes which answers are documented, and which a test has seen, for `npm test`, which afterwards names those that none has
 * seen (scripts/testing/unseen-answers.ts). Each process writes files of its own to the folder DARKROOM_SEEN_ANSWERS; without it
 * nothing is noted.
 */
export function recordAnswers(document: OpenApiDocument): (operationId: string, status: number) => void {
  const folder = process.env['DARKROOM_SEEN_ANSWERS'];
  if (folder === undefined) return () => undefined;
  const note = (kind: 'documented' | 'seen', answer: string): void => {
    if (written.has(`${kind} ${answer}`)) return;
    written.add(`${kind} ${answer}`);
    appendFileSync(join(folder, `${kind}-${process.pid}.txt`), `${answer}\n`);
  };
  for (const operations of Object.values(document.paths)) {
    for (const { operationId, responses } of Object.values(operations)) {
      for (const status of Object.keys(responses)) note('documented', `${operationId} ${status}`);
    }
  }
  return (operationId, status) => note('seen', `${operationId} ${status}`);
}
