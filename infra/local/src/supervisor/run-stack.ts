import { mkdirSync } from 'node:fs';
import { createConsole, type StackConsole } from './console.ts';
import { addresses, inherited } from './environment.ts';
import { lockInstance } from './instance-lock.ts';
import { checkPorts } from './ports.ts';
import type { Programs } from './programs.ts';
import { loadSecrets } from './secrets.ts';
import { readSettings, StartError, type StackSettings } from './settings.ts';
import { Stack } from './stack.ts';
import { stackFile } from './stack-file.ts';

/** Programs of a run that was killed have this long to end before their ports count as somebody else's. */
const patienceAfterKillMs = 8_000;

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  programs: Programs;
  watch: boolean;
}

/** Runs the stack until it is asked to stop. Resolves to the exit code. */
export async function runStack({ env, programs, watch }: RunOptions): Promise<number> {
  const console = createConsole(process.stdout);
  const started = Date.now();
  try {
    const settings = readSettings(env);
    mkdirSync(settings.dataDir, { recursive: true });
    const unlock = await lockInstance(settings.dataDir);
    if (unlock === undefined)
      throw new StartError(`Darkroom already runs with the data folder ${settings.dataDir}.`);
    const file = stackFile(settings.dataDir);
    await checkPorts(settings, file.exists() ? patienceAfterKillMs : 0);
    file.remove();
    const secrets = loadSecrets(settings.dataDir);
    const stack = new Stack({ settings, secrets, programs, env: inherited(env), watch, console });
    const code = await untilStopped(stack, console, () => announce(console, settings, Date.now() - started));
    unlock();
    return code;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function announce(console: StackConsole, settings: StackSettings, tookMs: number): void {
  const { page, api, s3 } = addresses(settings);
  const seconds = (tookMs / 1000).toFixed(1);
  console.plain(
    `ready in ${seconds} s: page ${page}, API ${api}, S3 ${s3}; data in ${settings.dataDir}; Ctrl-C stops it`,
  );
}

/** Starts the stack, waits for the wish to stop (or a failed start), and stops it. */
async function untilStopped(stack: Stack, console: StackConsole, onReady: () => void): Promise<number> {
  const wish = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    process.on('disconnect', () => resolve('the end of the program that started it'));
  });
  const failure = stack.start().then(
    () => {
      onReady();
      return new Promise<never>(() => undefined);
    },
    (error: unknown) => error,
  );
  const outcome = await Promise.race([wish, failure]);
  const failed = typeof outcome !== 'string';
  if (failed) console.say('error', outcome instanceof Error ? outcome.message : String(outcome));
  else console.say('info', `stopping after ${outcome}`);
  await stack.stop();
  if (!failed) console.say('info', 'stopped');
  return failed ? 1 : 0;
}
