/** `npm run docs`: writes what `docs/` holds of generated documents. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { asyncApiDocument } from '../libs/contracts/src/async-api.ts';

const file = path.resolve(import.meta.dirname, '../docs/asyncapi.json');
writeFileSync(file, await format(JSON.stringify(asyncApiDocument()), { parser: 'json', printWidth: 110 }));
console.log(`written: ${path.relative(process.cwd(), file)}`);
