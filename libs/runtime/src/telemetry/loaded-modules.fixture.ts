/** Starts telemetry by the environment that it is given, and prints which packages of OpenTelemetry that loaded. */
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load: (url, context, next) => {
    const name = /\/@opentelemetry\/([^/]+)\//.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});
const { inSpan } = await import('@darkroom/kernel');
const { startTelemetry } = await import('../index.ts');
const telemetry = await startTelemetry('test', process.env);
const recording = await inSpan('test', { parent: null }, async (span) => span?.isRecording());
await telemetry.shutdown().catch(() => undefined); // there is no collector
process.stdout.write(JSON.stringify({ loaded: [...loaded].sort(), recording }));
