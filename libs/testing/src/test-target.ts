import { readFileSync } from 'node:fs';
import type { StackDescription } from './stack.ts';
import { hasKafka } from './test-kafka.ts';

type Bus = 'postgres' | 'kafka';

/** A stack that runs already and that all test files share, as `npm run e2e -- --target compose` describes it. */
export interface RunningTarget {
  readonly name: string;
  readonly eventBus: Bus;
  /** The address of the page. */
  readonly page: string;
  readonly description: StackDescription;
  /** The command that runs `darkroom` in it; arguments follow. */
  readonly darkroom: readonly string[];
  /** `env` in the image of the cleanup: variables, program and arguments follow. */
  readonly cleanup: readonly string[];
}

const file = process.env['DARKROOM_TEST_TARGET'];

/** What the tests of this run are pointed at; undefined where each file starts a local stack of its own. */
export const runningTarget: RunningTarget | undefined =
  file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as RunningTarget);

const buses: readonly Bus[] = runningTarget === undefined ? ['postgres', 'kafka'] : [runningTarget.eventBus];

/** `describe` for every bus that the target has. Without Kafka its suites are skipped, and the run names them as not run. */
export function describeBuses(name: string, suite: (eventBus: Bus) => void): void {
  for (const bus of buses) {
    const isThere = bus === 'postgres' || hasKafka || runningTarget !== undefined;
    (isThere ? describe : describe.skip)(`${name}, EVENT_BUS=${bus}`, () => suite(bus));
  }
}
