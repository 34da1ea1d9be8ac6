import { createHash, createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
  type Event,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';

/** A server that the suite runs against. */
export interface Server {
  readonly s3Endpoint: string;
  readonly sqsEndpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `<Code>` of an error document. */
  readonly code: string | undefined;
}

export interface RawRequest {
  readonly method: string;
  /** As it goes over the wire: encoded, never normalised. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Clients of one server, and names that no other test uses. */
export class Target {
  readonly server: Server;
  readonly s3: S3Client;
  readonly sqs: SQSClient;

  constructor(server: Server) {
    this.server = server;
    const { region, accessKeyId, secretAccessKey } = server;
    const shared = { region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
    this.s3 = new S3Client({ ...shared, endpoint: server.s3Endpoint, forcePathStyle: true });
    this.sqs = new SQSClient({ ...shared, endpoint: server.sqsEndpoint });
  }

  /** Another S3 client of the same server. */
  s3With(options: { accessKeyId?: string; secretAccessKey?: string; systemClockOffset?: number }): S3Client {
    const { region, s3Endpoint, accessKeyId, secretAccessKey } = this.server;
    const credentials = {
      accessKeyId: options.accessKeyId ?? accessKeyId,
      secretAccessKey: options.secretAccessKey ?? secretAccessKey,
    };
    const systemClockOffset = options.systemClockOffset ?? 0;
    return new S3Client({
      region,
      endpoint: s3Endpoint,
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
      systemClockOffset,
    });
  }

  async newBucket(): Promise<string> {
    const Bucket = `conformance-${randomUUID()}`;
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  /** A queue; `from` lets S3 send to it for that bucket. */
  async newQueue(
    attributes: Record<string, string> = {},
    from?: string,
  ): Promise<{ url: string; arn: string; name: string }> {
    const name = `conformance-${randomUUID()}`;
    const arn = `arn:aws:sqs:${this.server.region}:000000000000:${name}`;
    const Policy = from === undefined ? undefined : queuePolicy(arn, from);
    const created = await this.sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: { ...attributes, ...(Policy ? { Policy } : {}) },
      }),
    );
    return { url: created.QueueUrl!, arn, name };
  }

  async notify(
    bucket: string,
    queueArn: string,
    events: Event[],
    rules: { Name: 'prefix' | 'suffix'; Value: string }[] = [],
  ): Promise<void> {
    const Filter = rules.length > 0 ? { Filter: { Key: { FilterRules: rules } } } : {};
    await this.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: queueArn, Events: events, ...Filter }],
        },
      }),
    );
  }

  /** Takes messages until there are `count`, long polling, for at most ten seconds. */
  async take(queueUrl: string, count: number): Promise<string[]> {
    const bodies: string[] = [];
    const until = Date.now() + 10_000;
    while (bodies.length < count && Date.now() < until) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
      );
      bodies.push(...Messages.map((one) => one.Body!));
      if (Messages.length > 0) {
        const Entries = Messages.map((one, index) => ({
          Id: String(index),
          ReceiptHandle: one.ReceiptHandle!,
        }));
        await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
    }
    return bodies;
  }

  async count(queueUrl: string): Promise<{ visible: number; inFlight: number }> {
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    return {
      visible: Number(Attributes['ApproximateNumberOfMessages']),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  }

  /** Sends bytes as they are, unsigned. */
  send(raw: RawRequest, endpoint = this.server.s3Endpoint): Promise<Answer> {
    const { hostname, port } = new URL(endpoint);
    const query = Object.entries(raw.query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          hostname,
          port,
          method: raw.method,
          path: raw.path + (query === '' ? '' : `?${query}`),
          headers: raw.headers ?? {},
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const body = Buffer.concat(chunks).toString('utf8');
            const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code });
          });
        },
      );
      request.on('error', reject);
      request.end(raw.body);
    });
  }

  /** Sends a request signed in its headers; `payloadHash` overrides what is declared about the body. */
  async sendSigned(raw: RawRequest & { payloadHash?: string }): Promise<Answer> {
    return this.send({ ...raw, headers: await this.sign(raw) });
  }

  /** Headers of a signature; for SQS without `x-amz-content-sha256`, as boto3 and the AWS CLI send it. */
  async sign(
    raw: RawRequest & { payloadHash?: string },
    service: 's3' | 'sqs' = 's3',
  ): Promise<Record<string, string>> {
    const { s3Endpoint, sqsEndpoint, region, accessKeyId, secretAccessKey } = this.server;
    const url = new URL(service === 's3' ? s3Endpoint : sqsEndpoint);
    const signer = new SignatureV4({
      service,
      region,
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: service === 's3',
    });
    const hash =
      raw.payloadHash ??
      createHash('sha256')
        .update(raw.body ?? '')
        .digest('hex');
    const signed = await signer.sign({
      method: raw.method,
      protocol: 'http:',
      hostname: url.hostname,
      port: Number(url.port),
      path: raw.path,
      query: { ...raw.query },
      headers: {
        host: url.host,
        ...raw.headers,
        ...(service === 's3' ? { 'x-amz-content-sha256': hash } : {}),
      },
      body: raw.body,
    });
    return signed.headers;
  }

  async close(): Promise<void> {
    this.s3.destroy();
    this.sqs.destroy();
    await this.server.close();
  }
}

export const queuePolicy = (queueArn: string, bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` } },
      },
    ],
  });

/** Node's hash in the shape that the SDK's signer asks for. */
class Sha256 {
  readonly #hash;

  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}

/** The error code, and status, that a command was refused with. */
export const refusal = async (
  sent: Promise<unknown>,
): Promise<{ code: string; status: number | undefined }> => {
  const outcome = await sent.then(
    () => undefined,
    (error: unknown) => error as { name: string; Code?: string; $metadata?: { httpStatusCode?: number } },
  );
  if (!outcome) return { code: 'none: it was accepted', status: undefined };
  return { code: outcome.name, status: outcome.$metadata?.httpStatusCode };
};
