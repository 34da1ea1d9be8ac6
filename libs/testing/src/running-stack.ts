import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { StackOptions, TestStack } from './stack.ts';
import type { RunningTarget } from './test-target.ts';

/** The stack that the whole test run shares. Throws where a test asks for what it cannot be given there. */
export function attachTo(target: RunningTarget, { eventBus, env }: StackOptions): TestStack {
  if (eventBus !== undefined && eventBus !== target.eventBus) {
    throw new Error(`the target ${target.name} runs with EVENT_BUS=${target.eventBus}`);
  }
  if (env !== undefined) throw new Error(`the target ${target.name} takes no settings of a test's own`);
  const noFolder = (): never => {
    throw new Error(`the target ${target.name} has no folder here`);
  };
  return {
    get dataDir() {
      return noFolder();
    },
    get logFile() {
      return noFolder();
    },
    page: target.page,
    describe: () => Promise.resolve(target.description),
    darkroom: (...args) => capture([...target.darkroom, ...args]),
    cleanup: (args, env = {}) => {
      const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      return capture([...target.cleanup, ...settings, 'node', 'dist/main.js', ...args]);
    },
    restart: () => Promise.reject(new Error(`the target ${target.name} is not this test's to stop`)),
    close: () => Promise.resolve(), // others use it
  };
}

async function capture([command = '', ...args]: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${output.stderr}`);
  return output.stdout.trim();
}
