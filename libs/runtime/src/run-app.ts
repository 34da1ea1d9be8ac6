import { flushCompileCache } from 'node:module';
import { ConfigError } from './config.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export interface AppOptions {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Time for a clean stop, in milliseconds; then the process exits with 1. */
  readonly graceMs: number;
  /** Acquires everything through the lifecycle. The promise it returns settles once the app is ready. */
  readonly start: (lifecycle: Lifecycle, stopWith: (error: Error) => void) => Promise<void>;
}

/**
 * Runs an app until SIGTERM, SIGINT, or the end of the supervisor that started it (IPC disconnect). A failed start,
 * an error nobody caught and `stopWith` end the process with exit code 1, so that its supervisor starts it again.
 */
export async function runApp({ logger, telemetry, graceMs, start }: AppOptions): Promise<void> {
  const lifecycle = new Lifecycle(logger);
  lifecycle.acquire('telemetry', () => telemetry.shutdown());
  let stopping = false;
  const stop = (exitCode: number, reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), graceMs + 1_000).unref();
    void lifecycle.shutdown(graceMs).then(() => process.exit(exitCode));
  };
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'stopping after an error');
    stop(1, 'error');
  };
  process.on('SIGTERM', () => stop(0, 'SIGTERM'));
  process.on('SIGINT', () => stop(0, 'SIGINT'));
  process.on('disconnect', () => stop(0, 'the supervisor has gone'));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    await start(lifecycle, fail);
    process.send?.({ type: 'ready' });
    logger.info('ready');
    flushCompileCache(); // Node writes it at exit alone: one that is always killed would always start slowly
  } catch (error) {
    fail(error);
  }
}

/** Loads settings for `main.ts`: prints what is wrong in plain words and exits with 2 where they are not usable. */
export function configOrExit<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
