/** `npm test`: every test case of the repository; the last line is the count of those that ran. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { composeTarget } from './testing/compose-target.ts';
import { findGroups, type Group } from './testing/groups.ts';
import { holdAnswers, type HeldAnswers } from './testing/held-answers.ts';
import { previousCheckout } from './testing/previous-release.ts';
import type { Outcome } from './testing/report.ts';
import { runJest } from './testing/run-jest.ts';
import { startSharedServices } from './testing/shared-services.ts';

const root = path.resolve(import.meta.dirname, '..');
/** What needs nothing but a running stack; the rest kills processes, or has settings of its own. */
const suitesForAnyStack = [
  ...['pipeline', 'refusals', 'clients'].map((folder) => `e2e/src/${folder}/`),
  ...['access', 'browse', 'journey', 'trouble'].map((page) => `e2e/src/page/${page}.int.test.ts`),
];
const usage = `Usage: npm test [-- --only <unit | integration | e2e | long | path>]… [-- --all] [-- --soak] [-- --target compose]

  --only   one group, or the test files whose path has this in it; may be repeated
  --all    the group long as well, as CI does: every state of the page and of the uploader, kills on Kafka, guide,
           telemetry, outages, stopping, restoring (half an hour more); what is updated from is the release before,
           checked out and installed for it
  --soak   the crash run with five seeds and silence on the wire as well, which take longer than npm test may
  --target compose
           what needs no stack of its own, against the running one of docker-compose.yml (with nothing in it yet)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    target: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Whether the files say that they need Kafka; then it is started while the unit tests run. */
function wantsKafka(groups: readonly Group[]): boolean {
  return groups.some(({ files }) =>
    files.some((file) => readFileSync(path.join(root, file), 'utf8').includes('Kafka')),
  );
}

/** Whether there is an update to try, and nobody has said from what. */
function updates(groups: readonly Group[], env: NodeJS.ProcessEnv): boolean {
  const there = groups.some(({ files }) =>
    files.some((file) => file.startsWith('e2e/src/operations/rolling')),
  );
  return values.all && there && env['DARKROOM_PREVIOUS_CHECKOUT'] === undefined;
}

async function runGroups(groups: readonly Group[], answers: HeldAnswers): Promise<Outcome[]> {
  const target = values.target === undefined ? undefined : await composeTarget(root);
  const services = await startSharedServices(root);
  const env: NodeJS.ProcessEnv = { ...process.env, ...services.env, ...target?.env, ...answers.env };
  if (values.soak) {
    env['CRASH_SEEDS'] ??= '1,2,3,4,5';
    env['FAULT_SILENCE'] ??= 'true';
  }
  const kafka = target === undefined && wantsKafka(groups) ? services.kafka() : Promise.resolve(undefined);
  const first = groups.find(({ name }) => name !== 'unit');
  const outcomes: Outcome[] = [];
  const previous = updates(groups, env) ? await previousCheckout(root) : undefined;
  if (previous !== undefined) env['DARKROOM_PREVIOUS_CHECKOUT'] = previous.folder;
  try {
    for (const group of groups) {
      if (group.name !== 'unit') {
        const answer = await kafka;
        if (answer?.found === false) env['DARKROOM_TEST_KAFKA'] = 'none';
        if (answer !== undefined && group === first) console.log(`\nKafka: ${answer.how}`);
      }
      console.log(`\n── ${group.name}: ${group.files.length} files`);
      outcomes.push(await runJest(root, group, env));
    }
  } finally {
    await services.close();
    await target?.close();
    await previous?.close();
  }
  return outcomes;
}

/** Which tests, by what was asked for. */
function wanted(only: readonly string[]): readonly string[] {
  if (values.target !== undefined) {
    const paths = only.filter((wish) => wish !== 'e2e');
    return paths.length === 0 ? suitesForAnyStack : paths;
  }
  return only.length === 0 && values.soak ? ['e2e/src/crash', 'e2e/src/operations/faults'] : only;
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.target !== undefined && values.target !== 'compose') {
    console.error(`There is no target ${values.target}; there is compose.`);
    return 1;
  }
  const asked = [...values.only, ...positionals];
  const found = findGroups(root, wanted(asked), values.all);
  const groups = values.soak ? found.map((group) => ({ ...group, limitMs: 2 * 3_600_000 })) : found;
  if (groups.length === 0) {
    console.error(`No test file fits ${asked.join(' ')}`);
    return 1;
  }
  const answers = holdAnswers(root);
  const outcomes = await runGroups(groups, answers);
  const undocumented = answers.faults();
  // Only all the tests together can see every answer
  const isWhole = asked.length === 0 && !values.soak && values.target === undefined;
  const unseen = isWhole ? answers.unseen() : [];
  answers.close();
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  const notRun = outcomes.flatMap((outcome) => outcome.notRun);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  list(
    'Skipped test cases:',
    outcomes.flatMap((outcome) => outcome.skipped),
  );
  list('Suites not run:', notRun);
  if (asked.length === 0 && !values.soak && !values.all) {
    console.log('\nThe long suites are run by CI, and by: npm test -- --all');
  }
  const complete = process.env['CI'] !== 'true' || notRun.length === 0;
  if (!complete) console.log('  With CI=true every suite must run.');
  list('Answers of the API that are not as it documents them:', undocumented);
  list('Documented answers of the API that no test has seen, by operation and status:', unseen);
  list('Problems:', problems);
  console.log(`\n${passed} passed, ${failed} failed`);
  const good = failed === 0 && problems.length === 0 && undocumented.length + unseen.length === 0;
  return good && passed > 0 && complete ? 0 : 1;
}

process.exitCode = await main();
