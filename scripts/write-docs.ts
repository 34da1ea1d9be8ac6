/** `npm run docs`: writes the documents, and the types for front ends, that are made of the code. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { asyncApiDocument } from '../libs/contracts/src/async-api.ts';
import { contractTypes } from './docs/contract-types.ts';

const root = path.resolve(import.meta.dirname, '..');
const asyncApi = () => format(JSON.stringify(asyncApiDocument()), { parser: 'json', printWidth: 110 });

const documents: Readonly<Record<string, () => Promise<string>>> = {
  'docs/asyncapi.json': asyncApi,
  'libs/upload-client/src/contract.ts': contractTypes,
};
for (const [file, make] of Object.entries(documents)) {
  writeFileSync(path.join(root, file), await make());
  console.log(`written: ${file}`);
}
