import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findGroups } from './groups.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'darkroom groups '));
  const files = [
    'libs/a/src/x.test.ts',
    'libs/a/src/x.int.test.ts',
    'libs/a/dist/x.test.ts',
    'e2e/src/y.int.test.ts',
    'e2e/src/restore/z.int.test.ts',
  ];
  for (const file of [...files, 'apps/b/node_modules/c/z.test.ts', 'apps/b/src/main.ts']) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const found = (...only: string[]) => findGroups(root, only, false).map(({ name, files }) => [name, files]);

describe('findGroups', () => {
  it('finds every test file of ours once', () => {
    expect(found()).toEqual([
      ['unit', ['libs/a/src/x.test.ts']],
      ['integration', ['libs/a/src/x.int.test.ts']],
      ['e2e', ['e2e/src/y.int.test.ts']],
    ]);
  });

  it('takes groups and paths', () => {
    expect(found('e2e')).toEqual([
      ['e2e', ['e2e/src/y.int.test.ts']],
      ['long', ['e2e/src/restore/z.int.test.ts']],
    ]);
    expect(found('unit')).toEqual([['unit', ['libs/a/src/x.test.ts']]]);
    expect(found('./libs/a/src/x.int')).toEqual([['integration', ['libs/a/src/x.int.test.ts']]]);
    expect(found('nothing like this')).toEqual([]);
  });

  it('leaves the long ones until they are asked for', () => {
    const files = ['e2e/src/restore/z.int.test.ts'];
    expect(findGroups(root, [], true).at(-1)).toMatchObject({ name: 'long', files });
    expect(found('long')).toEqual([['long', files]]);
    expect(found('restore')).toEqual([['long', files]]);
  });
});
