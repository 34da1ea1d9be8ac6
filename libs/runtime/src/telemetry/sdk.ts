import { randomUUID } from 'node:crypto';
import { envDetector, hostDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Telemetry } from './telemetry.ts';

/**
 * The SDK with traces alone: metrics are Prometheus's, and logs go to standard output. Nothing is patched: spans are
 * made where something worth one happens. Of the process only the host is told, not its command line.
 */
export function startSdk(serviceName: string): Telemetry {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.namespace': 'darkroom',
      'service.instance.id': randomUUID(),
    }),
    resourceDetectors: [envDetector, hostDetector],
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return { shutdown: () => sdk.shutdown() };
}
