import { configOrExit, createLogger, loadConfig, runApp, startTelemetry } from '@darkroom/runtime';
import { configSchema } from './config.ts';
import { startVariantWorker } from './container.ts';

const config = configOrExit(() => loadConfig(configSchema, process.env));
const telemetry = await startTelemetry('variant-worker', process.env);
const logger = createLogger({ name: 'variant-worker', level: config.LOG_LEVEL });

await runApp({
  logger,
  telemetry,
  graceMs: config.SHUTDOWN_GRACE_MS,
  start: (lifecycle, stopWith) => startVariantWorker(config, logger, lifecycle, stopWith),
});
