/**
 * Loaded by `--import` into every program of the stack: when the supervisor is gone, the program has five
 * seconds for its own clean stop, and then ends in any case. Loaded first, so that it also works while the
 * program is still starting.
 */
const graceMs = 5_000;

if (process.send !== undefined) {
  const end = (): void => void setTimeout(() => process.exit(1), graceMs).unref();
  process.on('disconnect', end);
  process.channel?.unref(); // a one-shot program may end while the supervisor lives
}
