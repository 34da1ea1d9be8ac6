/** Jest's global set-up: offers the shared servers to the tests, unless `npm test` does so already. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const holder = globalThis as { darkroomTestServices?: ChildProcess };

export async function setup(): Promise<void> {
  if (process.env['DARKROOM_TEST_SERVICES'] !== undefined) return;
  const child = fork(path.join(import.meta.dirname, 'main.ts'), {
    execArgv: ['--conditions=darkroom-source'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [message] = (await once(child, 'message')) as [{ url: string }];
  process.env['DARKROOM_TEST_SERVICES'] = message.url;
  holder.darkroomTestServices = child;
}

export async function teardown(): Promise<void> {
  const child = holder.darkroomTestServices;
  if (child === undefined) return;
  child.disconnect();
  if (child.exitCode === null) await once(child, 'exit');
}

// eslint-disable-next-line no-restricted-syntax -- Jest takes the default export
export default setup;
