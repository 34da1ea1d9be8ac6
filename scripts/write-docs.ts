/** `npm run docs`: writes the documents, and the types for front ends, that are made of the code. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { documents } from './docs/documents.ts';

for (const [file, make] of Object.entries(documents)) {
  writeFileSync(path.resolve(import.meta.dirname, '..', file), await make());
  console.log(`written: ${file}`);
}
