import { Cron } from 'croner';
import type { StackConsole } from './console.ts';
import { spawnProgram, type Program, type SpawnedProgram } from './spawn-program.ts';

/** What is cheap runs often; what looks at every row and object (no task named: all) once an hour. */
const runs = [
  {
    pattern: '*/2 * * * *',
    args: ['--arrivals', '--orphans', '--stuck', '--visibility', '--deleted', '--garbage'],
  },
  { pattern: '7 * * * *', args: [] },
];

/** Runs the clean-up, a program that ends by itself, on its schedules, each never twice at once. Returns its end. */
export function scheduleCleanup(program: Program, console: StackConsole): () => Promise<void> {
  const running = new Set<SpawnedProgram>();
  const run = async (args: readonly string[]): Promise<void> => {
    const started = spawnProgram({ ...program, args }, (line) => console.line(program.name, line));
    running.add(started);
    const how = await started.exited;
    running.delete(started);
    if (how !== 0) console.say('warn', `${program.name} ended with ${how}; it runs again in two minutes`);
  };
  const schedules = runs.map(({ pattern, args }) => new Cron(pattern, { protect: true }, () => run(args)));
  return async () => {
    for (const schedule of schedules) schedule.stop();
    await Promise.all([...running].map((program) => program.stop(2_000)));
  };
}
