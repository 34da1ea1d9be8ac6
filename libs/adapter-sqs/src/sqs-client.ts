import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SqsSettings } from './sqs-settings.ts';

export function createSqsClient(
  settings: Pick<SqsSettings, 'region' | 'endpoint' | 'credentials'>,
): SQSClient {
  const config: SQSClientConfig = {
    region: settings.region,
    maxAttempts: 3,
    useQueueUrlAsEndpoint: settings.endpoint === undefined,
    // Longer than the longest poll of 20 seconds
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 30_000 },
  };
  if (settings.endpoint !== undefined) config.endpoint = settings.endpoint;
  if (settings.credentials !== undefined) {
    const { accessKeyId, secretAccessKey, sessionToken } = settings.credentials;
    config.credentials = {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    };
  }
  return new SQSClient(config);
}
