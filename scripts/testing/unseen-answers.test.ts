import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noteAnswers } from './unseen-answers.ts';

const note = (folder: string, name: string, ...lines: string[]) =>
  writeFileSync(path.join(folder, name), lines.map((line) => `${line}\n`).join(''));

it('names the answers that are documented and that no process of the run has seen', () => {
  const { env, unseen } = noteAnswers();
  const folder = env['DARKROOM_SEEN_ANSWERS'] ?? '';
  note(folder, 'documented-1.txt', 'getImage 200', 'getImage 404');
  note(folder, 'documented-2.txt', 'getImage 200', 'signInAs 403');
  note(folder, 'seen-1.txt', 'getImage 200');
  note(folder, 'seen-2.txt', 'getImage 404');
  expect(unseen()).toEqual(['signInAs 403']);
  expect(existsSync(folder)).toBe(false);
});

it('is not content with a run that has seen nothing at all', () => {
  expect(noteAnswers().unseen()).toHaveLength(1);
});
