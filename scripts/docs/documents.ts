import { format } from 'prettier';
import { asyncApiDocument } from '../../libs/contracts/src/async-api.ts';
import { contractTypes } from './contract-types.ts';
import { frontEndGuide } from './front-end-guide.ts';

const asyncApi = () => format(JSON.stringify(asyncApiDocument()), { parser: 'json', printWidth: 110 });

/** What is made of the code, by its path in the repository. */
export const documents: Readonly<Record<string, () => Promise<string>>> = {
  'docs/asyncapi.json': asyncApi,
  'docs/guide/front-end.md': frontEndGuide,
  'libs/upload-client/src/contract.ts': contractTypes,
};
