import { format } from 'prettier';
import { asyncApiDocument } from '../../libs/contracts/src/async-api.ts';
import { contractTypes } from './contract-types.ts';
import { dashboardDocuments } from './dashboards.ts';
import { frontEndGuide } from './front-end-guide.ts';
import { metricsDocument, telemetryDocument } from './telemetry-docs.ts';

const asyncApi = () => format(JSON.stringify(asyncApiDocument()), { parser: 'json', printWidth: 110 });

/** What is made of the code, by its path in the repository. */
export const documents: Readonly<Record<string, () => Promise<string>>> = {
  'docs/asyncapi.json': asyncApi,
  'docs/guide/front-end.md': frontEndGuide,
  'docs/operations/metrics.md': metricsDocument,
  'docs/operations/telemetry.md': telemetryDocument,
  'libs/upload-client/src/contract.ts': contractTypes,
  ...dashboardDocuments,
};
