import { Cron } from 'croner';
import type { StackConsole } from './console.ts';
import { spawnProgram, type Program, type SpawnedProgram } from './spawn-program.ts';

const everyTwoMinutes = '*/2 * * * *';

/** Runs the clean-up, a program that ends by itself, on a schedule and never twice at once. Returns its end. */
export function scheduleCleanup(program: Program, console: StackConsole): () => Promise<void> {
  let running: SpawnedProgram | undefined;
  const run = async (): Promise<void> => {
    running = spawnProgram(program, (line) => console.line(program.name, line));
    const how = await running.exited;
    running = undefined;
    if (how !== 0) console.say('warn', `${program.name} ended with ${how}; it runs again in two minutes`);
  };
  const schedule = new Cron(everyTwoMinutes, { protect: true }, run);
  return async () => {
    schedule.stop();
    await running?.stop(2_000);
  };
}
