import type { ObjectMaintenance, ObjectStore, UrlSigner } from '@darkroom/domain';
import { createS3Client } from './s3-client.ts';
import { S3ObjectMaintenance } from './s3-object-maintenance.ts';
import { S3ObjectStore } from './s3-object-store.ts';
import type { S3Settings } from './s3-settings.ts';
import { S3UrlSigner } from './s3-url-signer.ts';
import { traceCommands } from './trace-commands.ts';

export interface S3 {
  readonly objects: ObjectStore;
  readonly maintenance: ObjectMaintenance;
  readonly signer: UrlSigner;
  /** Rejects with the reason where the bucket cannot be reached or read. For readiness. */
  check(): Promise<void>;
  close(): void;
}

/** The three S3 adapters over one client from inside and one for the URLs given out. */
export function openS3(settings: S3Settings): S3 {
  const client = createS3Client(settings);
  traceCommands(client, settings.bucket);
  const publicClient = createS3Client(settings, settings.publicEndpoint ?? settings.endpoint);
  const maintenance = new S3ObjectMaintenance(client, settings.bucket);
  return {
    objects: new S3ObjectStore(client, settings.bucket),
    maintenance,
    signer: new S3UrlSigner(publicClient, settings),
    check: async () => {
      await maintenance.list('', undefined, 1);
    },
    close: () => {
      client.destroy();
      publicClient.destroy();
    },
  };
}
