/** `npm run fuzz`: schemathesis, which makes calls of what the API's own document says, and of what it does not. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { documentOf, forStranger, type Document } from './fuzz/document.ts';
import { installSchemathesis, runSchemathesis } from './fuzz/run-schemathesis.ts';
import { seedApi, type Seeded } from './fuzz/seed-api.ts';
import { leftOut, leftOutInPart, settingsOf } from './fuzz/settings.ts';
import { startApi, type FuzzedApi } from './fuzz/start-api.ts';
import { NotRun } from './ops/run-checks.ts';

/** Far beyond what two quiet cores need. */
const limitMs = 15 * 60_000;
const usage = `Usage: npm run fuzz [-- [-n <cases>] [--seed <number>]]

  -n      at most so many random cases of each operation (200); a tenth as many chains of calls
  --seed  of an earlier run, to have its cases again; which of two calls at once comes first is left to chance

schemathesis calls every operation that /api/openapi.json lists: its examples, the edges of every schema, random values,
and chains of calls. A failure is: a 5xx; a status, header, type or body that is not documented; a method that is not
documented and not 405; input against the schema, or a call without a token, that is let in. It is run twice: as an admin who
owns everything, and, where a path names a thing or is for admins, as somebody who owns nothing, to whom any answer but a refusal is
a failure.
Not checked:
${Object.entries({ ...leftOut, ...leftOutInPart })
  .map(([check, why]) => `  ${check}: ${why}`)
  .join('\n')}
It needs Python 3 with venv. Where that is missing nothing is run, which is a failure with CI=true.`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', short: 'n', default: '200' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Plan {
  readonly program: string;
  readonly cases: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

async function fuzz(plan: Plan): Promise<boolean> {
  const api = await startApi();
  try {
    const [seeded, document] = [await seedApi(api.url), await documentOf(api.url)];
    // First who can change nothing, then who deletes
    const stranger = { token: seeded.stranger, document: forStranger(document), chains: false };
    const admin = { token: seeded.token, document, chains: true };
    let good = true;
    for (const [who, caller] of Object.entries({ stranger, admin })) {
      good = (await runAs(who, api, plan, { ...caller, seeded })) && good;
    }
    return good;
  } finally {
    await api.close();
  }
}

interface Caller {
  readonly token: string;
  readonly document: Document;
  readonly chains: boolean;
  readonly seeded: Seeded;
}

async function runAs(
  who: string,
  api: FuzzedApi,
  { program, cases, seed, signal }: Plan,
  { token, document, chains, seeded }: Caller,
): Promise<boolean> {
  console.log(`schemathesis, ${who}: -n ${cases} --seed ${seed}`);
  const started = performance.now();
  const settings = settingsOf(document, seeded, { cases, chains });
  const call = { url: api.url, document, token, settings, seed, chains, signal };
  const ran = await runSchemathesis(program, call);
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  if (!ran.good) {
    console.log(ran.output);
    if (api.log.length > 0) console.log(`What the API logged:\n${api.log.slice(-50).join('\n')}`);
    console.log(`To have these cases again: npm run fuzz -- -n ${cases} --seed ${seed}`);
  }
  const figures = `${ran.operations} operations, ${ran.cases} cases`;
  console.log(`schemathesis, ${who}: ${figures}, ${ran.good ? 'no failure' : 'FAILED'} (${seconds} s)`);
  return ran.good;
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  if (!Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed) || seed < 0) {
    console.error('-n and --seed take whole numbers.');
    return 2;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
    process.on(signal, () => stopping.abort(new Error('stopped')));
  }
  const limit = AbortSignal.timeout(limitMs);
  try {
    const program = await installSchemathesis();
    return (await fuzz({ program, cases, seed, signal: AbortSignal.any([stopping.signal, limit]) })) ? 0 : 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const notRun = error instanceof NotRun;
    console.log(`schemathesis: ${notRun ? 'NOT RUN' : 'FAILED'}: ${message}`);
    return notRun && process.env['CI'] !== 'true' ? 0 : 1;
  }
}

process.exit(await main()); // the end of our parent is listened for, which would keep us here
