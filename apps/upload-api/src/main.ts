import { configOrExit, createLogger, loadConfig, runApp, startTelemetry } from '@darkroom/runtime';
import { configSchema } from './config.ts';
import { startUploadApi } from './container.ts';

const config = configOrExit(() => loadConfig(configSchema, process.env));
const telemetry = await startTelemetry('upload-api', process.env);
const logger = createLogger({ name: 'upload-api', level: config.LOG_LEVEL });

await runApp({
  logger,
  telemetry,
  graceMs: config.SHUTDOWN_GRACE_MS,
  start: async (lifecycle, stopWith) => {
    await startUploadApi(config, logger, lifecycle, stopWith);
  },
});
