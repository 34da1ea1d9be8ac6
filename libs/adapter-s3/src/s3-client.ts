import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { AwsCredentials, S3Settings } from './s3-settings.ts';

/** A client for the endpoint given; `undefined` is AWS itself. */
export function createS3Client(settings: S3Settings, endpoint = settings.endpoint): S3Client {
  const config: S3ClientConfig = {
    region: settings.region,
    forcePathStyle: settings.forcePathStyle ?? endpoint !== undefined,
    maxAttempts: 3,
    // TLS and signatures protect what travels; other stores than AWS do not all know the newer checksum trailers
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Three attempts against silence take half a minute, which callers of the API and balancers still wait for
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 10_000 },
  };
  if (endpoint !== undefined) config.endpoint = endpoint;
  if (settings.credentials !== undefined) config.credentials = plain(settings.credentials);
  return new S3Client(config);
}

function plain({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials) {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Each segment encoded, slashes kept: for copy sources and plain URLs. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
