import { configOrExit, createLogger, Lifecycle, loadConfig, startTelemetry } from '@darkroom/runtime';
import { readArguments } from './command.ts';
import { agesOf, configSchema } from './config.ts';
import { openServices } from './container.ts';
import { allWell, printReports } from './print-reports.ts';
import { runTasks } from './run-tasks.ts';

const { maxSeconds, json, ...choice } = readArguments(process.argv);
const config = configOrExit(() => loadConfig(configSchema, process.env));
const telemetry = await startTelemetry('cleanup-cron', process.env);
const logger = createLogger({
  name: 'cleanup-cron',
  level: config.LOG_LEVEL,
  destination: { write: (line) => process.stderr.write(line) },
});
const lifecycle = new Lifecycle(logger);
lifecycle.acquire('telemetry', () => telemetry.shutdown());
const stop = new AbortController();
for (const reason of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(reason, () => stop.abort());
const timeLimit = setTimeout(() => stop.abort(), maxSeconds * 1_000).unref();

try {
  const services = await openServices(config, logger, lifecycle);
  const reports = await runTasks({ ...choice, services, ages: agesOf(config), signal: stop.signal, logger });
  printReports(reports, json, (text) => process.stdout.write(text));
  process.exitCode = allWell(reports) ? 0 : 1;
} catch (error) {
  logger.fatal({ err: error }, 'the cleanup could not run');
  process.exitCode = 1;
} finally {
  clearTimeout(timeLimit);
  await lifecycle.shutdown(10_000);
  process.channel?.unref();
}
