import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { childrenOf, elementsOf, malformedXml, textOf, type XmlElement } from './xml.ts';

export interface QueueNotification {
  readonly Id: string;
  /** ARN of the queue. */
  readonly Queue: string;
  readonly Event: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export interface NotificationConfiguration {
  readonly queues: readonly QueueNotification[];
  readonly eventBridge: boolean;
}

const EVENTS = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:ObjectTagging:*',
];
const invalid = (message: string, details: Record<string, string> = {}): AwsError =>
  new AwsError('InvalidArgument', 400, message, details);

/** Parses and checks a `<NotificationConfiguration>`; queues are the only destination here. */
export const parseNotification = (document: XmlElement): NotificationConfiguration => {
  for (const name of ['TopicConfiguration', 'CloudFunctionConfiguration', 'LambdaFunctionConfiguration']) {
    if (document[name] !== undefined)
      throw invalid('Unable to validate the following destination configurations', { ArgumentName: name });
  }
  const queues = elementsOf(document, 'QueueConfiguration').map(parseQueue);
  if (new Set(queues.map((queue) => queue.Id)).size !== queues.length) {
    throw invalid('Same ID used for multiple configurations. IDs must be unique');
  }
  assertNoOverlap(queues);
  return { queues, eventBridge: document['EventBridgeConfiguration'] !== undefined };
};

const parseQueue = (element: XmlElement): QueueNotification => {
  const Queue = textOf(element, 'Queue');
  const Event = childrenOf(element, 'Event').map(String);
  if (!Queue || Event.length === 0) throw malformedXml();
  if (!/^arn:aws:sqs:[^:]*:\d{12}:.+$/.test(Queue))
    throw invalid('The ARN could not be parsed', { ArgumentName: 'Queue', ArgumentValue: Queue });
  for (const name of Event) {
    if (!EVENTS.includes(name))
      throw invalid('A specified event is not supported for notifications.', {
        ArgumentName: 'Event',
        ArgumentValue: name,
      });
  }
  return { Id: textOf(element, 'Id') || randomUUID(), Queue, Event, ...parseFilter(element) };
};

const parseFilter = (element: XmlElement): { prefix: string; suffix: string } => {
  const rules = elementsOf(element, 'Filter')
    .flatMap((filter) => elementsOf(filter, 'S3Key'))
    .flatMap((key) => elementsOf(key, 'FilterRule'));
  const found = new Map<string, string>();
  for (const rule of rules) {
    const name = textOf(rule, 'Name')?.toLowerCase() ?? '';
    if (name !== 'prefix' && name !== 'suffix')
      throw invalid('filter rule name must be either prefix or suffix', {
        ArgumentName: 'FilterRule.Name',
        ArgumentValue: name,
      });
    if (found.has(name)) throw invalid(`Cannot specify more than one ${name} rule in a filter.`);
    found.set(name, textOf(rule, 'Value') ?? '');
  }
  return { prefix: found.get('prefix') ?? '', suffix: found.get('suffix') ?? '' };
};

const assertNoOverlap = (queues: readonly QueueNotification[]): void => {
  const family = (event: string) => event.replace(/\*$/, '');
  const shareEvent = (a: QueueNotification, b: QueueNotification) =>
    a.Event.some((x) =>
      b.Event.some(
        (y) =>
          x === y ||
          (x.endsWith('*') && y.startsWith(family(x))) ||
          (y.endsWith('*') && x.startsWith(family(y))),
      ),
    );
  const nested = (a: string, b: string, test: (long: string, short: string) => boolean) =>
    test(a, b) || test(b, a);
  queues.forEach((a, index) => {
    for (const b of queues.slice(index + 1)) {
      const samePrefix = nested(a.prefix, b.prefix, (long, short) => long.startsWith(short));
      const sameSuffix = nested(a.suffix, b.suffix, (long, short) => long.endsWith(short));
      if (shareEvent(a, b) && samePrefix && sameSuffix) {
        throw invalid(
          'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
        );
      }
    }
  });
};

export const notificationElements = (configuration: NotificationConfiguration): XmlElement => ({
  QueueConfiguration: configuration.queues.map(({ Id, Queue, Event, prefix, suffix }) => {
    const rules = [
      ...(prefix === '' ? [] : [{ Name: 'Prefix', Value: prefix }]),
      ...(suffix === '' ? [] : [{ Name: 'Suffix', Value: suffix }]),
    ];
    return { Id, Queue, Event, Filter: rules.length === 0 ? undefined : { S3Key: { FilterRule: rules } } };
  }),
  EventBridgeConfiguration: configuration.eventBridge ? {} : undefined,
});
