import { globSync } from 'node:fs';
import path from 'node:path';

export interface Group {
  name: 'unit' | 'integration' | 'e2e';
  /** Paths from the root of the repository. */
  files: string[];
  /** Test files at once. */
  workers: number;
  /** The group is stopped, and has failed, when it takes longer. */
  limitMs: number;
}

const minute = 60_000;
const folders = ['libs', 'apps', 'infra', 'e2e', 'bench', 'scripts'];

/** All test files by group; `only` names a group, or a path or a part of one. */
export function findGroups(root: string, only: readonly string[]): Group[] {
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: root, exclude: (name) => ['node_modules', 'dist'].includes(path.basename(name)) },
  ).sort();
  const groups: Group[] = [
    { name: 'unit', files: [], workers: 2, limitMs: 5 * minute },
    { name: 'integration', files: [], workers: 2, limitMs: 10 * minute },
    { name: 'e2e', files: [], workers: 1, limitMs: 14 * minute },
  ];
  for (const file of files) {
    const name = groupOf(file);
    if (!isWanted(file, name, only)) continue;
    groups.find((group) => group.name === name)?.files.push(file);
  }
  return groups.filter((group) => group.files.length > 0);
}

function groupOf(file: string): Group['name'] {
  if (file.startsWith('e2e/')) return 'e2e';
  return file.endsWith('.int.test.ts') ? 'integration' : 'unit';
}

function isWanted(file: string, group: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((wish) => wish === group || file.includes(wish.replace(/^\.\//, '')));
}
