import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { documents } from './documents.ts';

describe('what is made of the code', () => {
  it.each(Object.entries(documents))('%s is as `npm run docs` makes it', async (file, make) => {
    expect(await readFile(path.resolve(import.meta.dirname, '../..', file), 'utf8')).toBe(await make());
  });
});
