/** `npm run check:ops`: what is not code but is run in production. Fetches its tools into a cache of its own. */
import { dockerChecks } from './ops/docker-checks.ts';
import { helmChecks } from './ops/helm-checks.ts';
import { observabilityChecks } from './ops/observability-checks.ts';
import { runChecks } from './ops/run-checks.ts';

const good = await runChecks(
  [...dockerChecks, ...helmChecks, ...observabilityChecks],
  process.env['CI'] === 'true',
);
process.exitCode = good ? 0 : 1;
