import { readNotification } from './s3-notification.ts';

const record = (key: string, eventName = 'ObjectCreated:Post') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'b' }, object: { key, size: 1, eTag: 'e', sequencer: '0' } },
});
const notification = (...records: unknown[]) => JSON.stringify({ Records: records });
const created = (key: string) => ({ kind: 'objects', created: [{ bucket: 'b', key }], others: 0 });

it('reads S3 notifications, and decodes their keys', () => {
  expect(readNotification(notification(record('incoming/a+b%2Bc%C3%BC.jpg')))).toEqual(
    created('incoming/a b+cü.jpg'),
  );
});

it('counts events of other kinds', () => {
  const body = notification(
    record('a', 'ObjectRemoved:Delete'),
    record('b'),
    record('c', 'ObjectTagging:Put'),
  );
  expect(readNotification(body)).toEqual({
    kind: 'objects',
    created: [{ bucket: 'b', key: 'b' }],
    others: 2,
  });
});

it('knows the test event', () => {
  const test = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Time: 'now', Bucket: 'b' });
  expect(readNotification(test)).toEqual({ kind: 'test' });
  expect(readNotification(JSON.stringify({ Type: 'Notification', TopicArn: 't', Message: test }))).toEqual({
    kind: 'test',
  });
});

it('unwraps SNS, once', () => {
  const wrap = (Message: string) => JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message });
  expect(readNotification(wrap(notification(record('k'))))).toEqual(created('k'));
  expect(readNotification(wrap(wrap(notification(record('k')))))).toMatchObject({ kind: 'unreadable' });
});

it('reads EventBridge, whose keys are plain', () => {
  const event = (type: string) =>
    JSON.stringify({
      version: '0',
      'detail-type': type,
      source: 'aws.s3',
      detail: { bucket: { name: 'b' }, object: { key: 'a+b%20c', size: 1 } },
    });
  expect(readNotification(event('Object Created'))).toEqual(created('a+b%20c'));
  expect(readNotification(event('Object Deleted'))).toEqual({ kind: 'objects', created: [], others: 1 });
});

it.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['half of JSON', '{"Records": ['],
  ['another JSON', '{"a": 1}'],
  ['null', 'null'],
  ['a number', '1'],
  ['no records', '{"Records": []}'],
  ['records that are none', '{"Records": [1]}'],
  ['a key that does not decode', notification(record('%zz'))],
  ['a wrapped something', JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message: 'hello' })],
])('finds %s unreadable', (_, body) => {
  expect(readNotification(body)).toMatchObject({ kind: 'unreadable' });
});
