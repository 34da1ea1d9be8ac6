import { configOrExit, createLogger, loadConfig, runApp } from '@darkroom/runtime';
import { configSchema } from './config.ts';
import { startVariantWorker } from './container.ts';

const config = configOrExit(() => loadConfig(configSchema, process.env));
const logger = createLogger({ name: 'variant-worker', level: config.LOG_LEVEL });

await runApp({
  logger,
  graceMs: config.SHUTDOWN_GRACE_MS,
  start: (lifecycle, stopWith) => startVariantWorker(config, logger, lifecycle, stopWith),
});
