import { configOrExit, createLogger, loadConfig, runApp, startTelemetry } from '@darkroom/runtime';
import { configSchema } from './config.ts';
import { startMetadataWorker } from './container.ts';

const config = configOrExit(() => loadConfig(configSchema, process.env));
const telemetry = await startTelemetry('metadata-worker', process.env);
const logger = createLogger({ name: 'metadata-worker', level: config.LOG_LEVEL });

await runApp({
  logger,
  telemetry,
  graceMs: config.SHUTDOWN_GRACE_MS,
  start: (lifecycle, stopWith) => startMetadataWorker(config, logger, lifecycle, stopWith),
});
