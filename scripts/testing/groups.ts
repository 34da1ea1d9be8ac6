import { globSync } from 'node:fs';
import path from 'node:path';

export interface Group {
  name: 'unit' | 'integration' | 'e2e' | 'long';
  /** Paths from the root of the repository. */
  files: string[];
  /** Test files at once. */
  workers: number;
  /** The group is stopped, and has failed, when it takes longer. */
  limitMs: number;
}

const minute = 60_000;

/** What takes long: CI runs it with all others, `npm test` on request. */
const long = [
  'apps/cli/src/commands/doctor.',
  'bench/src/live/',
  ...['clients', 'ministack'].map((name) => `infra/local/src/aws/conformance/${name}.`),
  'libs/react-uploader/src/darkroom-image.',
  'libs/react-uploader/src/image-dropzone.',
  'libs/upload-client/src/browser',
  ...['crash/kafka.', 'guide', 'observability', 'operations', 'restore', 'telemetry'].map(
    (name) => `e2e/src/${name}`,
  ),
  ...['access', 'browse', 'console', 'lighthouse', 'trouble'].map((name) => `e2e/src/page/${name}.`),
];
const folders = ['libs', 'apps', 'infra', 'e2e', 'bench', 'scripts'];

/**
 * Test files by group; `only` names a group, or a path or a part of one. Where it names none, the long ones are there on
 * request alone.
 */
export function findGroups(root: string, only: readonly string[], all: boolean): Group[] {
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: root, exclude: (name) => ['node_modules', 'dist'].includes(path.basename(name)) },
  ).sort();
  const groups: Group[] = [
    { name: 'unit', files: [], workers: 2, limitMs: 5 * minute },
    { name: 'integration', files: [], workers: 2, limitMs: 10 * minute },
    { name: 'e2e', files: [], workers: 1, limitMs: 14 * minute },
    { name: 'long', files: [], workers: 1, limitMs: 45 * minute },
  ];
  for (const file of files) {
    const name = groupOf(file);
    if (!isWanted(file, name, only)) continue;
    groups.find((group) => group.name === name)?.files.push(file);
  }
  const left = only.length > 0 || all ? undefined : 'long';
  return groups.filter(({ name, files }) => files.length > 0 && name !== left);
}

function groupOf(file: string): Group['name'] {
  if (long.some((start) => file.startsWith(start))) return 'long';
  if (file.startsWith('e2e/')) return 'e2e';
  return file.endsWith('.int.test.ts') ? 'integration' : 'unit';
}

function isWanted(file: string, group: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((wish) => wish === group || file.includes(wish.replace(/^\.\//, '')));
}
