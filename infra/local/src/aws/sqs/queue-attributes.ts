import { parsePolicy } from '../core/access-policy.ts';
import { invalidAttribute, SqsError } from './sqs-error.ts';

/** What a queue is set to, all times in seconds (SQS API, "SetQueueAttributes"). */
export type QueueAttributes = Readonly<Record<string, string>>;

const DAY = 86_400;
export const MAX_MESSAGE_BYTES = 1_048_576;
const NUMBERS: Record<string, { min: number; max: number; fallback: number }> = {
  DelaySeconds: { min: 0, max: 900, fallback: 0 },
  MaximumMessageSize: { min: 1024, max: MAX_MESSAGE_BYTES, fallback: MAX_MESSAGE_BYTES },
  MessageRetentionPeriod: { min: 60, max: 14 * DAY, fallback: 4 * DAY },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
  VisibilityTimeout: { min: 0, max: 12 * 3600, fallback: 30 },
};
const DOCUMENTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];
const FLAGS = ['SqsManagedSseEnabled'];

export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, { fallback }]) => [name, String(fallback)])),
  SqsManagedSseEnabled: 'true',
};

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Checks attributes as a client sets them; an empty document takes the attribute away. */
export const checkAttributes = (given: QueueAttributes): QueueAttributes => {
  for (const [name, value] of Object.entries(given)) {
    const bounds = NUMBERS[name];
    if (bounds) {
      if (!/^\d+$/.test(value) || Number(value) < bounds.min || Number(value) > bounds.max)
        throw invalidAttribute(name);
    } else if (FLAGS.includes(name)) {
      if (value !== 'true' && value !== 'false') throw invalidAttribute(name);
    } else if (!DOCUMENTS.includes(name)) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    } else if (value !== '') checkDocument(name, value);
  }
  return given;
};

const checkDocument = (name: string, value: string): void => {
  try {
    if (name === 'Policy') parsePolicy(value);
    else if (name === 'RedrivePolicy') parseRedrive(value);
    else parseAllow(value);
  } catch {
    throw invalidAttribute(name);
  }
};

export const parseRedrive = (text: string): RedrivePolicy => {
  const json = JSON.parse(text) as Record<string, unknown>;
  const count = Number(json['maxReceiveCount']);
  const target = json['deadLetterTargetArn'];
  if (typeof target !== 'string' || !Number.isInteger(count) || count < 1 || count > 1000)
    throw invalidAttribute('RedrivePolicy');
  return { deadLetterTargetArn: target, maxReceiveCount: count };
};

const parseAllow = (text: string): { permission: string; sources: readonly string[] } => {
  const json = JSON.parse(text) as Record<string, unknown>;
  const permission = json['redrivePermission'];
  const sources = (json['sourceQueueArns'] ?? []) as string[];
  const known = permission === 'allowAll' || permission === 'denyAll' || permission === 'byQueue';
  const listed =
    Array.isArray(sources) && sources.every((one) => typeof one === 'string') && sources.length <= 10;
  if (!known || !listed || (permission === 'byQueue') !== sources.length > 0)
    throw invalidAttribute('RedriveAllowPolicy');
  return { permission, sources };
};

/** Whether a dead-letter queue takes the dead letters of `source`. */
export const acceptsDeadLetters = (deadLetterQueue: QueueAttributes, source: string): boolean => {
  const text = deadLetterQueue['RedriveAllowPolicy'];
  if (!text) return true;
  const { permission, sources } = parseAllow(text);
  return permission === 'allowAll' || (permission === 'byQueue' && sources.includes(source));
};
