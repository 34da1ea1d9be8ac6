/** An SQS error as its JSON protocol words it, with the code of the older query protocol for SDKs that ask. */
export class SqsError extends Error {
  /** Shape name, e.g. `QueueDoesNotExist`. */
  readonly type: string;
  readonly queryCode: string;
  readonly status: number;

  constructor(type: string, message: string, queryCode = type, status = 400) {
    super(message);
    this.name = 'SqsError';
    this.type = type;
    this.queryCode = queryCode;
    this.status = status;
  }
}

const PREFIXED = (name: string) => `AWS.SimpleQueueService.${name}`;

/** The errors whose query code carries the service's prefix. */
export const sqsError = (name: string, message: string): SqsError =>
  new SqsError(name, message, PREFIXED(name));

export const queueDoesNotExist = (): SqsError =>
  new SqsError('QueueDoesNotExist', 'The specified queue does not exist.', PREFIXED('NonExistentQueue'));
export const invalidParameter = (message: string): SqsError =>
  new SqsError('InvalidParameterValueException', message, 'InvalidParameterValue');
export const invalidAttribute = (name: string): SqsError =>
  new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
