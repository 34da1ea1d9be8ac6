import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { NotificationQueue, QueueMessage } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { createSqsClient } from './sqs-client.ts';
import { callSqs } from './sqs-errors.ts';
import { traceReceive } from './trace-receive.ts';
import type { SqsSettings } from './sqs-settings.ts';

/** SQS takes and gives at most ten messages a call. */
const batchSize = 10;
/** The longest wait that SQS allows. */
const waitSeconds = 20;

export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
}

export class SqsNotificationQueue implements NotificationQueue {
  readonly name: string;
  readonly #client: SQSClient;
  readonly #settings: SqsSettings;

  constructor(settings: SqsSettings) {
    this.#settings = settings;
    this.name = new URL(settings.queueUrl).pathname.split('/').at(-1) ?? '';
    this.#client = createSqsClient(settings);
  }

  async receive(
    max: number,
    visibilitySeconds: number,
    signal: AbortSignal,
  ): Promise<readonly QueueMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#settings.queueUrl,
      MaxNumberOfMessages: Math.min(max, batchSize),
      VisibilityTimeout: visibilitySeconds,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    });
    const startedAt = new Date();
    const { Messages = [] } = await callSqs('receive', () =>
      this.#client.send(command, { abortSignal: signal }),
    );
    const traceparent = traceReceive(this.name, Messages.length, startedAt);
    return Messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
      id: MessageId ?? '',
      body: Body ?? '',
      receiptHandle: ReceiptHandle ?? '',
      receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
      sentAt: new Date(Number(Attributes?.SentTimestamp ?? Date.now())),
      traceparent,
    }));
  }

  async extend(messages: readonly QueueMessage[], visibilitySeconds: number): Promise<void> {
    await this.#inBatches('extend', messages, (Entries) =>
      this.#client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#settings.queueUrl,
          Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: visibilitySeconds })),
        }),
      ),
    );
  }

  async remove(messages: readonly QueueMessage[]): Promise<void> {
    await this.#inBatches('delete', messages, (Entries) =>
      this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#settings.queueUrl, Entries })),
    );
  }

  async bury(message: QueueMessage, reason: string): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#settings.deadLetterQueueUrl,
      MessageBody: message.body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
    });
    await callSqs('bury', () => this.#client.send(command));
    await this.remove([message]);
  }

  /** Rejects with the reason where the queue cannot be read. For readiness. */
  async check(): Promise<void> {
    await this.depth();
  }

  /** Roughly how many messages wait, and how many are being worked on. */
  depth(): Promise<QueueDepth> {
    return this.#depthOf(this.#settings.queueUrl);
  }

  /** The same of the queue and of its dead-letter queue. */
  async depths(): Promise<{ readonly main: QueueDepth; readonly dead: QueueDepth }> {
    const { deadLetterQueueUrl } = this.#settings;
    const [main, dead] = await Promise.all([this.depth(), this.#depthOf(deadLetterQueueUrl)]);
    return { main, dead };
  }

  async #depthOf(QueueUrl: string): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    const { Attributes = {} } = await callSqs('read the depth', () => this.#client.send(command));
    return {
      waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  }

  close(): void {
    this.#client.destroy();
  }

  /** A batch call succeeds as a whole even where entries failed: tries all, then throws for those. */
  async #inBatches(
    action: string,
    messages: readonly QueueMessage[],
    send: (
      entries: { Id: string; ReceiptHandle: string }[],
    ) => Promise<{ Failed?: BatchResultErrorEntry[] | undefined }>,
  ): Promise<void> {
    const failed: BatchResultErrorEntry[] = [];
    for (let start = 0; start < messages.length; start += batchSize) {
      const entries = messages
        .slice(start, start + batchSize)
        .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      const result = await callSqs(action, () => send(entries));
      failed.push(...(result.Failed ?? []));
    }
    if (failed.length === 0) return;
    throw new AppError(
      'unavailable',
      `${action}: ${failed.length} of ${messages.length} failed (${failed[0]?.Code})`,
      {
        reason: 'queue_partial_failure',
      },
    );
  }
}
