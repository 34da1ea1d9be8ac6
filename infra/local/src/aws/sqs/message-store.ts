import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Database } from '../core/database.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { invalidParameter, SqsError, sqsError } from './sqs-error.ts';

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** `AWSTraceHeader` and, for dead letters, `DeadLetterQueueSourceArn`. */
  readonly system: Readonly<Record<string, string>>;
  readonly delaySeconds?: number;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly system: Readonly<Record<string, string>>;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const MAX_IN_FLIGHT_SECONDS = 12 * 3600;

/**
 * Messages of standard queues: at least once, roughly in order, hidden while one receiver works on them.
 * Emits the queue's name when a message may have become visible.
 */
export class MessageStore {
  readonly arrivals = new EventEmitter();
  readonly #db: Database;
  readonly #queues: QueueStore;

  constructor(db: Database, queues: QueueStore) {
    this.#db = db;
    this.#queues = queues;
    this.arrivals.setMaxListeners(0);
  }

  send(queueName: string, message: NewMessage, now: number): string {
    const queue = this.#queues.get(queueName);
    const messageId = randomUUID();
    const delay = message.delaySeconds ?? Number(queue.attributes['DelaySeconds']);
    this.#db
      .prepare(
        'INSERT INTO messages (queue, message_id, body, attributes, system, sent_at, available_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        queueName,
        messageId,
        message.body,
        JSON.stringify(message.attributes),
        JSON.stringify(message.system),
        now,
        now + delay * 1000,
        now + retentionMs(queue),
      );
    // After the transaction that this may be part of.
    queueMicrotask(() => this.arrivals.emit(queueName));
    return messageId;
  }

  /** Takes up to `max` visible messages and hides them; those received too often go to the dead-letter queue instead. */
  receive(
    queueName: string,
    max: number,
    visibilitySeconds: number | undefined,
    now: number,
  ): ReceivedMessage[] {
    const queue = this.#queues.get(queueName);
    const hidden = (visibilitySeconds ?? Number(queue.attributes['VisibilityTimeout'])) * 1000;
    return this.#db.transaction(() => {
      const received: ReceivedMessage[] = [];
      while (received.length < max) {
        const rows = this.#db
          .prepare(
            'SELECT * FROM messages WHERE queue = ? AND available_at <= ? AND expires_at > ? ORDER BY available_at, id LIMIT ?',
          )
          .all(queueName, now, now, max - received.length);
        for (const row of rows) {
          if (!this.#moveIfDead(queue, row, now)) received.push(this.#take(row, now, hidden));
        }
        // A visibility timeout of 0 leaves messages visible: take each once.
        if (rows.length === 0 || hidden === 0) break;
      }
      return received;
    });
  }

  /** Deletes by receipt; like SQS, the receipt of an earlier receive succeeds and deletes nothing. */
  remove(queueName: string, receiptHandle: string): void {
    const { id, token } = parseReceipt(receiptHandle);
    this.#db
      .prepare('DELETE FROM messages WHERE id = ? AND queue = ? AND receipt = ?')
      .run(id, queueName, token);
  }

  changeVisibility(queueName: string, receiptHandle: string, seconds: number, now: number): void {
    const { id, token } = parseReceipt(receiptHandle);
    const row = this.#db.prepare('SELECT * FROM messages WHERE id = ? AND queue = ?').get(id, queueName);
    if (!row) throw notAvailable(receiptHandle);
    if (row['receipt'] !== token || (row['available_at'] as number) <= now) {
      throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    if (
      now + seconds * 1000 >
      (row['first_received_at'] as number) + MAX_IN_FLIGHT_SECONDS * 1000 * (row['receive_count'] as number)
    ) {
      throw invalidParameter('Total VisibilityTimeout for the message is beyond the limit [43200 seconds]');
    }
    this.#db.prepare('UPDATE messages SET available_at = ? WHERE id = ?').run(now + seconds * 1000, id);
    if (seconds === 0) this.arrivals.emit(queueName);
  }

  purge(queueName: string): void {
    this.#db.prepare('DELETE FROM messages WHERE queue = ?').run(queueName);
  }

  /** Moves up to `max` messages of a dead-letter queue, each to `destination` or to where it came from. */
  move(source: string, destination: string | undefined, max: number, now: number): number {
    return this.#db.transaction(() => {
      const rows = this.#db
        .prepare('SELECT id, system FROM messages WHERE queue = ? AND available_at <= ? ORDER BY id LIMIT ?')
        .all(source, now, max);
      for (const row of rows) {
        const { DeadLetterQueueSourceArn, ...system } = JSON.parse(row['system'] as string) as Record<
          string,
          string
        >;
        const target = this.#queues.findByArn(destination ?? DeadLetterQueueSourceArn ?? '');
        if (!target)
          throw new SqsError(
            'CouldNotDetermineMessageSource',
            'The source queue of a message is not known or no longer exists.',
          );
        this.#relocate(row['id'] as number, target, system, now);
      }
      return rows.length;
    });
  }

  counts(queueName: string, now: number): QueueCounts {
    this.#db.prepare('DELETE FROM messages WHERE queue = ? AND expires_at <= ?').run(queueName, now);
    const row = this.#db
      .prepare(
        'SELECT count(*) FILTER (WHERE available_at <= ?) AS visible, count(*) FILTER (WHERE available_at > ? AND receipt IS NOT NULL) AS in_flight, count(*) FILTER (WHERE available_at > ? AND receipt IS NULL) AS delayed FROM messages WHERE queue = ?',
      )
      .get(now, now, now, queueName);
    return {
      visible: row?.['visible'] as number,
      inFlight: row?.['in_flight'] as number,
      delayed: row?.['delayed'] as number,
    };
  }

  /** When the next hidden message shows itself, or undefined where none is hidden. */
  nextAvailableAt(queueName: string): number | undefined {
    const row = this.#db
      .prepare('SELECT min(available_at) AS at FROM messages WHERE queue = ?')
      .get(queueName);
    return (row?.['at'] as number | null) ?? undefined;
  }

  #take(row: Record<string, unknown>, now: number, hiddenMs: number): ReceivedMessage {
    const id = row['id'] as number;
    const token = randomBytes(24).toString('hex');
    const count = (row['receive_count'] as number) + 1;
    const first = (row['first_received_at'] as number | null) ?? now;
    this.#db
      .prepare(
        'UPDATE messages SET available_at = ?, receive_count = ?, first_received_at = ?, receipt = ? WHERE id = ?',
      )
      .run(now + hiddenMs, count, first, token, id);
    return {
      messageId: row['message_id'] as string,
      receiptHandle: Buffer.from(`${id}:${token}`).toString('base64'),
      body: row['body'] as string,
      attributes: JSON.parse(row['attributes'] as string) as MessageAttributes,
      system: {
        ...(JSON.parse(row['system'] as string) as Record<string, string>),
        SentTimestamp: String(row['sent_at']),
        ApproximateReceiveCount: String(count),
        ApproximateFirstReceiveTimestamp: String(first),
      },
    };
  }

  #moveIfDead(queue: Queue, row: Record<string, unknown>, now: number): boolean {
    if (!queue.redrive || (row['receive_count'] as number) < queue.redrive.maxReceiveCount) return false;
    const target = this.#queues.findByArn(queue.redrive.deadLetterTargetArn);
    if (!target) return false;
    const system = {
      ...(JSON.parse(row['system'] as string) as Record<string, string>),
      DeadLetterQueueSourceArn: queue.arn,
    };
    this.#relocate(row['id'] as number, target, system, now);
    return true;
  }

  #relocate(id: number, target: Queue, system: Record<string, string>, now: number): void {
    // Retention goes on counting from when the message was first sent, as on a standard queue of AWS.
    this.#db
      .prepare(
        'UPDATE messages SET queue = ?, system = ?, available_at = ?, expires_at = sent_at + ?, receive_count = 0, first_received_at = NULL, receipt = NULL WHERE id = ?',
      )
      .run(target.name, JSON.stringify(system), now, retentionMs(target), id);
    queueMicrotask(() => this.arrivals.emit(target.name));
  }
}

const retentionMs = (queue: Queue): number => Number(queue.attributes['MessageRetentionPeriod']) * 1000;

const parseReceipt = (handle: string): { id: number; token: string } => {
  const match = /^(\d{1,15}):([0-9a-f]{48})$/.exec(Buffer.from(handle, 'base64').toString('latin1'));
  if (!match)
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return { id: Number(match[1]), token: match[2] ?? '' };
};

const notAvailable = (handle: string): SqsError =>
  invalidParameter(
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  );
