import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdAnswers, type HeldAnswers } from './held-answers.ts';

let held: HeldAnswers;
let folder: string;
const note = (name: string, ...lines: string[]) =>
  writeFileSync(path.join(folder, name), lines.map((line) => `${line}\n`).join(''));

beforeEach(() => {
  held = holdAnswers(path.resolve(import.meta.dirname, '../..'));
  folder = held.env['DARKROOM_SEEN_ANSWERS'] ?? '';
});
afterEach(() => {
  held.close();
  expect(existsSync(folder)).toBe(false);
});

it('names the answers that are documented and that no process of the run has seen', () => {
  note('documented-1.txt', 'getImage 200', 'getImage 404');
  note('documented-2.txt', 'getImage 200', 'signInAs 403');
  note('seen-1.txt', 'getImage 200');
  note('seen-2.txt', 'getImage 404');
  expect(held.unseen()).toEqual(['signInAs 403']);
});

it('is not content with a run that has seen nothing at all', () => {
  expect(held.unseen()).toHaveLength(1);
});

it('names what any program answered otherwise than documented, once', () => {
  expect(held.faults()).toEqual([]);
  note('faults-1.txt', '"GET /api/images answered 200:\\nno items"');
  note(
    'faults-2.txt',
    '"GET /api/images answered 200:\\nno items"',
    '"GET /api/x answered 201: no such call"',
  );
  expect(held.faults()).toEqual([
    'GET /api/images answered 200:\nno items',
    'GET /api/x answered 201: no such call',
  ]);
});
