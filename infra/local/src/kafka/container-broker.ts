import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BrokerAnswer, BrokerRequest } from './container/messages.ts';

export interface ContainerBroker {
  brokers: string[];
  /** SIGKILL, then a new start on the same data and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What testcontainers says where nothing answers, within 0.1 s. */
const noRuntime = 'Could not find a working container runtime strategy';

/** Of the start as a whole: the image may have to be pulled first. */
const startTimeoutMs = 300_000;

/**
 * Starts the official image of Kafka, or answers why that cannot be done here. The container is removed by a process of
 * its own when it is closed, and when this process ends.
 */
export async function startContainerBroker(port: number): Promise<ContainerBroker | string> {
  const program = path.join(import.meta.dirname, 'container', `main${path.extname(import.meta.filename)}`);
  const owner = fork(program, [String(port)], {
    detached: true, // Ctrl-C in the terminal is for us, who then let go of it
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const close = async (): Promise<void> => {
    if (owner.exitCode !== null || owner.signalCode !== null) return;
    const ended = once(owner, 'exit');
    if (owner.connected) owner.disconnect();
    await ended;
  };
  const answer = await answerOf(owner);
  if (answer.type === 'failed') {
    await close();
    return answer.reason.includes(noRuntime)
      ? 'there is no container runtime'
      : `no container: ${answer.reason}`;
  }
  return {
    brokers: [answer.address],
    restart: async () => {
      const again = answerOf(owner);
      owner.send({ type: 'restart' } satisfies BrokerRequest);
      const result = await again;
      if (result.type === 'failed') throw new Error(`Kafka did not start again: ${result.reason}`);
    },
    close,
  };
}

/** The owner's next answer, which its end and its silence are as well. */
async function answerOf(owner: ChildProcess): Promise<BrokerAnswer> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(startTimeoutMs)]);
  try {
    return await Promise.race([
      once(owner, 'message', { signal }).then(([answer]) => answer as BrokerAnswer),
      once(owner, 'exit', { signal }).then(([code]) => {
        throw new Error(`its process ended with ${code}`);
      }),
    ]);
  } catch (error) {
    const late = `not started within ${startTimeoutMs / 1_000} s`;
    return { type: 'failed', reason: signal.aborted ? late : String(error) };
  } finally {
    settled.abort();
  }
}
