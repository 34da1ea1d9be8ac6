/** `npm test`: every test case of the repository; the last line is the count of those that ran. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findGroups, type Group } from './testing/groups.ts';
import type { Outcome } from './testing/report.ts';
import { runJest } from './testing/run-jest.ts';
import { startSharedServices } from './testing/shared-services.ts';

const root = path.resolve(import.meta.dirname, '..');
const usage = `Usage: npm test [-- --only <unit | integration | e2e | path>]… [-- --soak]

  --only   one group, or the test files whose path has this in it; may be repeated
  --soak   the crash run with five seeds, which takes longer than npm test may`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    soak: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Whether the files say that they need Kafka; then it is started while the unit tests run. */
function wantsKafka(groups: readonly Group[]): boolean {
  return groups.some(({ files }) =>
    files.some((file) => readFileSync(path.join(root, file), 'utf8').includes('Kafka')),
  );
}

async function runGroups(groups: readonly Group[]): Promise<Outcome[]> {
  const services = await startSharedServices(root);
  const env: NodeJS.ProcessEnv = { ...process.env, ...services.env };
  if (values.soak) env['CRASH_SEEDS'] ??= '1,2,3,4,5';
  const kafka = wantsKafka(groups) ? services.kafka() : Promise.resolve(undefined);
  const outcomes: Outcome[] = [];
  try {
    for (const group of groups) {
      if (group.name !== 'unit') {
        const missing = await kafka;
        if (missing !== undefined) {
          console.log(`\nThere is no Kafka: ${missing}`);
          env['DARKROOM_TEST_KAFKA'] = 'none';
        }
      }
      console.log(`\n── ${group.name}: ${group.files.length} files`);
      outcomes.push(await runJest(root, group, env));
    }
  } finally {
    await services.close();
  }
  return outcomes;
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = [...values.only, ...positionals];
  const found = findGroups(root, only.length === 0 && values.soak ? ['e2e/src/crash'] : only);
  const groups = values.soak ? found.map((group) => ({ ...group, limitMs: 2 * 3_600_000 })) : found;
  if (groups.length === 0) {
    console.error(`No test file fits ${only.join(' ')}`);
    return 1;
  }
  const outcomes = await runGroups(groups);
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  const notRun = outcomes.flatMap((outcome) => outcome.notRun);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  list(
    'Skipped test cases:',
    outcomes.flatMap((outcome) => outcome.skipped),
  );
  list('Suites not run:', notRun);
  const complete = process.env['CI'] !== 'true' || notRun.length === 0;
  if (!complete) console.log('  With CI=true every suite must run.');
  list('Problems:', problems);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && problems.length === 0 && passed > 0 && complete ? 0 : 1;
}

process.exitCode = await main();
