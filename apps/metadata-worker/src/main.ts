import { configOrExit, createLogger, loadConfig, runApp } from '@darkroom/runtime';
import { configSchema } from './config.ts';
import { startMetadataWorker } from './container.ts';

const config = configOrExit(() => loadConfig(configSchema, process.env));
const logger = createLogger({ name: 'metadata-worker', level: config.LOG_LEVEL });

await runApp({
  logger,
  graceMs: config.SHUTDOWN_GRACE_MS,
  start: (lifecycle, stopWith) => startMetadataWorker(config, logger, lifecycle, stopWith),
});
