import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Whether there is Kafka, and in words how it was had, or why not. */
export interface KafkaAnswer {
  found: boolean;
  how: string;
}

export interface SharedServices {
  env: Record<string, string>;
  /** Starts it where that has not been done. */
  kafka(): Promise<KafkaAnswer>;
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
      if (!answer.ok) return { found: false, how: await answer.text() };
      const { kind, passedOver } = (await answer.json()) as { kind: string; passedOver: string[] };
      return { found: true, how: [kind, ...passedOver].join('; ') };
    },
    async close() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
