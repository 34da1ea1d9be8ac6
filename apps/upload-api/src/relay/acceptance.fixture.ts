import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharpImageEngine } from '@darkroom/adapter-image';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { ensureBucket, openS3, planBucket, setUpBucket, type S3 } from '@darkroom/adapter-s3';
import { incomingDays, setUpQueues, SqsNotificationQueue, type QueueSetup } from '@darkroom/adapter-sqs';
import { mediaTypeOfExtension, type EventType, type MediaType, type TimelineType } from '@darkroom/contracts';
import { acceptUpload, type AcceptDependencies, type Image, type PresignedPost } from '@darkroom/domain';
import { changeOf, sampleImage } from '@darkroom/domain/testing';
import { AppError, systemClock } from '@darkroom/kernel';
import { openScratch, type ScratchFolder } from '@darkroom/runtime';

/** Where the tests' store and database are: what `testS3` and `testDatabase` give. */
export interface Places {
  readonly s3: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly sqsEndpoint: string;
  readonly databaseUrl: string;
}

/** Real store, queue, database and image engine, with what acceptance needs made of them. */
export class AcceptanceKit {
  readonly postgres: Postgres;
  readonly s3: S3;
  readonly queues: QueueSetup;
  readonly queue: SqsNotificationQueue;
  readonly deps: AcceptDependencies;
  readonly #engine: SharpImageEngine;
  readonly #scratch: ScratchFolder;

  constructor(places: Places, queues: QueueSetup, scratch: ScratchFolder) {
    this.postgres = openPostgres(
      { DATABASE_URL: places.databaseUrl, DATABASE_POOL_SIZE: 10 },
      {
        applicationName: 'acceptance',
        onError: (error) => {
          throw error;
        },
      },
    );
    this.s3 = openS3(places.s3);
    this.queues = queues;
    this.queue = new SqsNotificationQueue({ ...places.s3, endpoint: places.sqsEndpoint, ...queues });
    this.#engine = new SharpImageEngine();
    this.#scratch = scratch;
    this.deps = {
      images: this.postgres.images,
      categories: this.postgres.categories,
      objects: this.s3.objects,
      maintenance: this.s3.maintenance,
      imageInspector: this.#engine,
      uploadInspector: undefined,
      scratch,
      clock: systemClock,
    };
  }

  /** The use case, with some of what it talks to replaced. */
  accept(changes: Partial<AcceptDependencies> = {}) {
    return acceptUpload({ ...this.deps, ...changes });
  }

  /** A row as presigning makes it, for a file of `bytes` declared as `type`. */
  async newImage(bytes: Uint8Array, type: MediaType, fields: Partial<Image> = {}): Promise<Image> {
    const createdAt = fields.createdAt ?? new Date();
    const declared = { contentType: type, size: bytes.byteLength, sha256: null };
    const image = sampleImage({
      createdAt,
      declared,
      contentType: type,
      fileSize: bytes.byteLength,
      policyExpiresAt: new Date(createdAt.getTime() + 900_000),
      ...fields,
    });
    await this.postgres.images.insert(changeOf(image, (change) => change.note('presigned')));
    return image;
  }

  /** A row, and `bytes` in `incoming/` as somebody with the bucket's keys could put them. */
  async arrived(bytes: Uint8Array, type: MediaType, fields: Partial<Image> = {}): Promise<Image> {
    const image = await this.newImage(bytes, type, fields);
    await this.put(image, bytes);
    return image;
  }

  /** The same with a file of the image engine's fixtures. */
  arrivedFile(file: string, fields: Partial<Image> = {}): Promise<Image> {
    return this.arrived(
      fixture(file),
      mediaTypeOfExtension(file.split('.').at(-1) ?? '') ?? 'image/jpeg',
      fields,
    );
  }

  async put(image: Image, bytes: Uint8Array): Promise<void> {
    await this.s3.objects.put(image.incomingKey, bytes, { contentType: image.declared.contentType });
  }

  presign(image: Image): Promise<PresignedPost> {
    return this.s3.signer.presignPost({
      key: image.incomingKey,
      contentType: image.declared.contentType,
      size: image.declared.size,
      sha256: image.declared.sha256,
      expiresInSeconds: 300,
    });
  }

  /** Sends a file as a browser does. */
  async post(policy: PresignedPost, bytes: Uint8Array): Promise<number> {
    const form = new FormData();
    for (const [name, value] of Object.entries(policy.fields)) form.append(name, value);
    form.append('file', new Blob([Uint8Array.from(bytes)]));
    const response = await fetch(policy.url, { method: 'POST', body: form });
    await response.text();
    return response.status;
  }

  async row(image: Pick<Image, 'id'>): Promise<Image> {
    const row = await this.postgres.images.get(image.id);
    if (row === undefined) throw new AppError('not_found', `no row ${image.id}`);
    return row;
  }

  async timeline({ id }: Pick<Image, 'id'>): Promise<TimelineType[]> {
    return (await this.postgres.queries.timeline(id, 0)).map(({ type }) => type);
  }

  async events({ id }: Pick<Image, 'id'>): Promise<EventType[]> {
    const { rows } = await this.postgres.db.run((knex) =>
      knex.raw<{ rows: { type: EventType }[] }>(
        'select type from event_log where image_id = ? and type is not null order by image_seq',
        [id],
      ),
    );
    return rows.map(({ type }) => type);
  }

  /** Keys of all objects of an image, wherever they lie. */
  async objects({ id }: Pick<Image, 'id'>): Promise<string[]> {
    return (await this.s3.maintenance.list('', undefined, 10_000))
      .map(({ key }) => key)
      .filter((key) => key.includes(id));
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.#scratch.close();
    this.queue.close();
    this.s3.close();
    await this.postgres.close();
  }
}

/** Sets store and queues up as `darkroom setup` does, and opens the kit on them. */
export async function openAcceptanceKit(places: Places): Promise<AcceptanceKit> {
  const { bucket } = places.s3;
  await ensureBucket(places.s3, true);
  const queues = await setUpQueues(
    { ...places.s3, endpoint: places.sqsEndpoint },
    { queueName: 'uploads', deadLetterQueueName: 'uploads-dead', bucket },
  );
  await setUpBucket(
    places.s3,
    planBucket({
      bucket,
      corsOrigins: [],
      queueArn: queues.queueArn,
      publicImages: true,
      onAws: false,
      incomingDays,
    }),
  );
  return new AcceptanceKit(places, queues, await openScratch(join(tmpdir(), 'darkroom-acceptance')));
}

export function fixture(file: string): Uint8Array {
  return readFileSync(fixturePath(file));
}
