import { parsePolicy, type AccessPolicy } from '../core/access-policy.ts';
import type { Database } from '../core/database.ts';
import {
  acceptsDeadLetters,
  checkAttributes,
  DEFAULT_ATTRIBUTES,
  parseRedrive,
  type QueueAttributes,
  type RedrivePolicy,
} from './queue-attributes.ts';
import { invalidParameter, queueDoesNotExist, SqsError, sqsError } from './sqs-error.ts';

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt: number;
  readonly policy?: AccessPolicy;
  readonly redrive?: RedrivePolicy;
}

/** Queues and their attributes. */
export class QueueStore {
  readonly #db: Database;
  readonly #arnPrefix: string;

  constructor(db: Database, region: string, accountId: string) {
    this.#db = db;
    this.#arnPrefix = `arn:aws:sqs:${region}:${accountId}:`;
  }

  /** Makes a queue; one of the same name must agree with every attribute that was given. */
  create(name: string, given: QueueAttributes, tags: Readonly<Record<string, string>>, now: number): Queue {
    if (name.endsWith('.fifo'))
      throw sqsError('UnsupportedOperation', 'FIFO queues are not supported: S3 cannot notify them.');
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw invalidParameter(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const before = this.find(name);
    if (before) {
      const differs = Object.entries(given).some(([key, value]) => (before.attributes[key] ?? '') !== value);
      if (differs) {
        throw new SqsError(
          'QueueNameExists',
          'A queue already exists with the same name and a different value for an attribute.',
          'QueueAlreadyExists',
        );
      }
      return before;
    }
    const attributes = this.#merge(name, DEFAULT_ATTRIBUTES, given);
    this.#db
      .prepare('INSERT INTO queues (name, attributes, tags, created_at, modified_at) VALUES (?, ?, ?, ?, ?)')
      .run(name, JSON.stringify(attributes), JSON.stringify(tags), now, now);
    return this.get(name);
  }

  find(name: string): Queue | undefined {
    const row = this.#db.prepare('SELECT * FROM queues WHERE name = ?').get(name);
    return row && this.#toQueue(row);
  }

  findByArn(arn: string): Queue | undefined {
    return arn.startsWith(this.#arnPrefix) ? this.find(arn.slice(this.#arnPrefix.length)) : undefined;
  }

  /** @throws QueueDoesNotExist */
  get(name: string): Queue {
    const queue = this.find(name);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  list(prefix: string): Queue[] {
    return this.#db
      .prepare('SELECT * FROM queues ORDER BY name')
      .all()
      .map((row) => this.#toQueue(row))
      .filter((queue) => queue.name.startsWith(prefix));
  }

  setAttributes(name: string, given: QueueAttributes, now: number): void {
    const attributes = this.#merge(name, this.get(name).attributes, given);
    this.#db
      .prepare('UPDATE queues SET attributes = ?, modified_at = ? WHERE name = ?')
      .run(JSON.stringify(attributes), now, name);
  }

  setTags(name: string, tags: Readonly<Record<string, string>>): void {
    this.get(name);
    this.#db.prepare('UPDATE queues SET tags = ? WHERE name = ?').run(JSON.stringify(tags), name);
  }

  setPurged(name: string, now: number): void {
    this.#db.prepare('UPDATE queues SET purged_at = ? WHERE name = ?').run(now, name);
  }

  remove(name: string): void {
    this.get(name);
    this.#db.prepare('DELETE FROM queues WHERE name = ?').run(name);
  }

  /** Queues whose dead letters go to `arn`. */
  sourcesOf(arn: string): Queue[] {
    return this.list('').filter((queue) => queue.redrive?.deadLetterTargetArn === arn);
  }

  #merge(name: string, before: QueueAttributes, given: QueueAttributes): QueueAttributes {
    checkAttributes(given);
    if (given['RedrivePolicy'])
      this.#checkDeadLetterQueue(`${this.#arnPrefix}${name}`, given['RedrivePolicy']);
    const merged = { ...before, ...given };
    return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
  }

  #checkDeadLetterQueue(source: string, text: string): void {
    const target = this.findByArn(parseRedrive(text).deadLetterTargetArn);
    if (!target)
      throw invalidParameter(
        `Value ${text} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
      );
    if (!acceptsDeadLetters(target.attributes, source)) {
      throw invalidParameter(
        `Value ${text} for parameter RedrivePolicy is invalid. Reason: Queue does not have permission to use ${target.arn} as a dead letter queue.`,
      );
    }
  }

  #toQueue(row: Record<string, unknown>): Queue {
    const attributes = JSON.parse(row['attributes'] as string) as QueueAttributes;
    const name = row['name'] as string;
    return {
      name,
      arn: this.#arnPrefix + name,
      attributes,
      tags: JSON.parse(row['tags'] as string) as Record<string, string>,
      createdAt: row['created_at'] as number,
      modifiedAt: row['modified_at'] as number,
      purgedAt: row['purged_at'] as number,
      ...(attributes['Policy'] ? { policy: parsePolicy(attributes['Policy']) } : {}),
      ...(attributes['RedrivePolicy'] ? { redrive: parseRedrive(attributes['RedrivePolicy']) } : {}),
    };
  }
}
