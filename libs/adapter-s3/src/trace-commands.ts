import type { S3Client } from '@aws-sdk/client-s3';
import { inSpan } from '@darkroom/kernel';

/**
 * A span for each command that is sent within another span (OpenTelemetry semantic conventions, "AWS SDK"). Keys are not
 * told: they hold the owner.
 */
export function traceCommands(client: S3Client, bucket: string): void {
  client.middlewareStack.add(
    (next, { commandName = 'Command' }) =>
      (args) => {
        const method = commandName.replace(/Command$/, '');
        const attributes = {
          'rpc.system': 'aws-api',
          'rpc.service': 'S3',
          'rpc.method': method,
          'aws.s3.bucket': bucket,
        };
        return inSpan(`S3/${method}`, { kind: 'client', attributes }, () => next(args));
      },
    { step: 'initialize', name: 'traceCommands' },
  );
}
