import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface SharedServices {
  env: Record<string, string>;
  /** Starts Kafka, and answers why there is none. */
  kafka(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The servers that all groups share: the process of libs/testing, which starts each when it is first wanted. */
export async function startSharedServices(root: string): Promise<SharedServices> {
  const child = fork(path.join(root, 'libs/testing/src/services/main.ts'), {
    execArgv: ['--conditions=darkroom-source'],
    detached: true, // Ctrl-C is for the tests first
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    env: { DARKROOM_TEST_SERVICES: url },
    async kafka() {
      const answer = await fetch(`${url}/kafka`);
      const text = await answer.text();
      return answer.ok ? undefined : text;
    },
    async close() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
