import { z } from 'zod';
import { invalidParameter, queueDoesNotExist, SqsError } from './sqs-error.ts';

/** Parses an action's input by its schema; @throws SqsError that names what is wrong */
export const parseInput = <T extends z.ZodType>(schema: T, input: unknown): z.infer<T> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && /received undefined/.test(issue.message)) {
    throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  throw invalidParameter(`Value for parameter ${name} is invalid. Reason: ${issue?.message ?? 'unknown'}.`);
};

/** A queue URL stands for its name whatever its host and port: these change between starts. */
export const queueUrl = z.string().transform((url) => {
  const match =
    /^(?:https?:\/\/[^/]+)?\/?\d{12}\/([^/]+)\/?$/.exec(url) ?? /^([A-Za-z0-9_-]{1,80})$/.exec(url);
  if (!match) throw queueDoesNotExist();
  return match[1] ?? '';
});
export const byQueue = z.object({ QueueUrl: queueUrl });
export const stringMap = z.record(z.string(), z.string());
