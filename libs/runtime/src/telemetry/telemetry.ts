/** Traces of one process. */
export interface Telemetry {
  /** Sends what is still in hand. */
  shutdown(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const none: Telemetry = { shutdown: () => Promise.resolve() };

/**
 * Starts OpenTelemetry by its own environment variables (OpenTelemetry specification, "Environment Variable
 * Specification"): on where an OTLP endpoint or `OTEL_TRACES_EXPORTER` is set, and `OTEL_SDK_DISABLED` is not `true`. Off,
 * none of the SDK's modules is loaded. `OTEL_SERVICE_NAME` comes before `serviceName`.
 */
export async function startTelemetry(serviceName: string, env: Environment): Promise<Telemetry> {
  if (!isTelemetryOn(env)) return none;
  const { startSdk } = await import('./sdk.ts');
  return startSdk(env['OTEL_SERVICE_NAME'] || serviceName);
}

export function isTelemetryOn(env: Environment): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none')
    return false;
  return ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'].some(
    (name) => env[name] !== undefined && env[name] !== '',
  );
}
