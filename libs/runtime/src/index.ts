export { ConfigError, loadConfig, setting } from './config.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { startTelemetry, type Telemetry } from './telemetry/telemetry.ts';
export { redactText } from './redact.ts';
export { Lifecycle } from './lifecycle.ts';
export { configOrExit, runApp, type AppOptions } from './run-app.ts';
export {
  checkReadiness,
  startHealthServer,
  type HealthServer,
  type Readiness,
  type ReadinessCheck,
} from './health-server.ts';
export { Metrics, type Sample } from './metrics/metrics.ts';
export { catalogue as metricCatalogue, type MetricName } from './metrics/catalogue.ts';
export { observeConsumer, observeHandler } from './metrics/observe-consumer.ts';
export { observePool, type PoolState } from './metrics/observe-database.ts';
export { observeUploads, type ObservedChange } from './metrics/observe-uploads.ts';
export { sharedFor } from './metrics/share.ts';
export { openScratch, type ScratchFolder } from './scratch.ts';
export { startConsumer } from './consumer/consumer.ts';
export type {
  ConsumerOptions,
  ConsumerStats,
  Handler,
  HandlerContext,
  RunningConsumer,
} from './consumer/consumer-options.ts';
export {
  dead,
  done,
  retry,
  skipped,
  type HandlerResult,
  type RetryOptions,
} from './consumer/handler-result.ts';
