import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidParameter } from './sqs-error.ts';

export const messageAttributeSchema = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64, as the JSON protocol carries binary. */
  BinaryValue: z.string().optional(),
});
export type MessageAttribute = z.infer<typeof messageAttributeSchema>;
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,254}[A-Za-z0-9_-])?$/i;
const TYPE = /^(String|Number|Binary)(\.[\w.-]{1,249})?$/;

/** Holds attributes to SQS's rules and returns how many bytes they count against the message's size. */
export const checkMessageAttributes = (attributes: MessageAttributes): number => {
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw invalidParameter(
      'Number of message attributes [' + entries.length + '] exceeds the allowed maximum [10].',
    );
  return entries.reduce((sum, [name, attribute]) => sum + checkOne(name, attribute), 0);
};

const checkOne = (name: string, attribute: MessageAttribute): number => {
  if (!NAME.test(name)) throw invalidParameter(`Message attribute name '${name}' is invalid.`);
  if (!TYPE.test(attribute.DataType)) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const isBinary = attribute.DataType.startsWith('Binary');
  const value = isBinary ? attribute.BinaryValue : attribute.StringValue;
  if (!value)
    throw invalidParameter(
      `The message attribute '${name}' must contain a non-empty value of type '${attribute.DataType}'.`,
    );
  if (attribute.DataType.startsWith('Number') && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw invalidParameter(`Can't cast the value of message attribute '${name}' to a number.`);
  }
  return (
    Buffer.byteLength(name) +
    Buffer.byteLength(attribute.DataType) +
    (isBinary ? Buffer.from(value, 'base64').length : Buffer.byteLength(value))
  );
};

export const md5Hex = (text: string): string => createHash('md5').update(text).digest('hex');

/** SQS developer guide, "Calculating the MD5 message digest for message attributes". */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? { DataType: '' };
    const isBinary = DataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
};

/** The attributes that a receiver asked for: `All`, `.*`, a name, or a prefix such as `trace.*`. */
export const selectAttributes = (
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes => {
  const matches = (name: string) =>
    wanted.some(
      (one) =>
        one === 'All' ||
        one === '.*' ||
        one === name ||
        (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
};
