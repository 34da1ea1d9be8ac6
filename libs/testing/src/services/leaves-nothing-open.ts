import { setImmediate as turn } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** What keeps a process alive, and no test may leave behind: a server it listens with, or a child process. */
const open = () => process.getActiveResourcesInfo().filter((name) => /Server|Process/.test(name));

/**
 * Jest's environment of Node, which fails a test file that leaves a server or a child process open. (Jest itself notices by time
 * alone, half a second, which a busy machine also takes to end.)
 */
// eslint-disable-next-line no-restricted-syntax -- Jest takes the default export
export default class LeavesNothingOpen extends TestEnvironment {
  readonly #before = open();

  override async teardown(): Promise<void> {
    await super.teardown();
    await turn(); // of the event loop, at whose end libuv lets go of what was closed
    await turn();
    const left = open();
    for (const name of this.#before) {
      const place = left.indexOf(name);
      if (place >= 0) left.splice(place, 1);
    }
    if (left.length > 0) throw new Error(`this test file left open: ${left.join(', ')}`);
  }
}
