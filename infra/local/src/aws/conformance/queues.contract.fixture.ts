import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

/** Queues: sending, hiding, deleting, waiting, dead letters and their way back. */
export const queuesContract = ({ target, it }: Suite): void => {
  describe('queues', () => {
    let QueueUrl: string;
    let arn: string;
    let name: string;
    beforeEach(async () => {
      ({ url: QueueUrl, arn, name } = await target().newQueue());
    });
    const send = (MessageBody: string, more: object = {}) =>
      target().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
    const receive = async (more: object = {}): Promise<Message[]> =>
      (
        await target().sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, ...more }),
        )
      ).Messages ?? [];
    const attributes = async (url = QueueUrl) =>
      (await target().sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })))
        .Attributes!;

    it('creating a queue again gives the same, other attributes are refused', async () => {
      const again = (Attributes: object) =>
        target().sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...Attributes } }));
      expect((await again({})).QueueUrl).toBe(QueueUrl);
      expect(await refusal(again({ VisibilityTimeout: '31' }))).toMatchObject({ status: 400 });
      expect((await target().sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(QueueUrl);
      expect((await target().sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls).toEqual([
        QueueUrl,
      ]);
    });
    it('a queue that is not there is QueueDoesNotExist', async () => {
      expect(
        await refusal(target().sqs.send(new GetQueueUrlCommand({ QueueName: `${name}x` }))),
      ).toMatchObject({ code: 'QueueDoesNotExist' });
      await target().sqs.send(new DeleteQueueCommand({ QueueUrl }));
      expect(await refusal(send('x'))).toMatchObject({ code: 'QueueDoesNotExist' });
    });
    it('attributes have their defaults, and are changed and checked', async () => {
      expect(await attributes()).toMatchObject({
        QueueArn: arn,
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '345600',
        DelaySeconds: '0',
        ReceiveMessageWaitTimeSeconds: '0',
        ApproximateNumberOfMessages: '0',
      });
      const set = (Attributes: Record<string, string>) =>
        target().sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      await set({ VisibilityTimeout: '77' });
      expect((await attributes())['VisibilityTimeout']).toBe('77');
      expect(await refusal(set({ VisibilityTimeout: '43201' }))).toMatchObject({ status: 400 });
      expect(await refusal(set({ NoSuchAttribute: '1' }))).toMatchObject({ code: 'InvalidAttributeName' });
    });
    it('a message comes with body, receipt and what was asked of it', async () => {
      const sent = await send('héllo', {
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'image' },
          count: { DataType: 'Number', StringValue: '7' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
        },
      });
      const [message] = await receive({
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      expect(message).toMatchObject({
        MessageId: sent.MessageId,
        Body: 'héllo',
        MD5OfBody: sent.MD5OfMessageBody,
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      });
      expect(message!.MessageAttributes).toMatchObject({
        kind: { DataType: 'String', StringValue: 'image' },
        count: { DataType: 'Number', StringValue: '7' },
      });
      expect([...message!.MessageAttributes!['raw']!.BinaryValue!]).toEqual([0, 255]);
      expect(message!.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
      expect(Math.abs(Number(message!.Attributes!['SentTimestamp']) - Date.now())).toBeLessThan(10_000);
    });
    it('an empty queue answers no messages', async () => {
      expect(await receive()).toEqual([]);
    });
    it('a received message is hidden, and deleted for good', async () => {
      await send('x');
      const [message] = await receive();
      expect(await receive()).toEqual([]);
      expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 1 });
      await target().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
      expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
    });
    it('when its visibility timeout is over it comes again, with a new receipt', async () => {
      await send('x');
      const [first] = await receive({ VisibilityTimeout: 1 });
      const [second] = await receive({
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      expect(second).toMatchObject({
        MessageId: first!.MessageId,
        Attributes: { ApproximateReceiveCount: '2' },
      });
      expect(second!.ReceiptHandle).not.toBe(first!.ReceiptHandle);
    });
    it('a stale receipt deletes nothing', async () => {
      await send('x');
      const [first] = await receive({ VisibilityTimeout: 0 });
      const [second] = await receive({ VisibilityTimeout: 60 });
      await target().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first!.ReceiptHandle }));
      expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 1 });
      await target().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second!.ReceiptHandle }));
      expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
    });
    it('a receipt that is none is ReceiptHandleIsInvalid', async () => {
      expect(
        await refusal(target().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' }))),
      ).toMatchObject({ code: 'ReceiptHandleIsInvalid' });
    });
    it('visibility is given back and extended', async () => {
      await send('x');
      const [message] = await receive({ VisibilityTimeout: 60 });
      const change = (ReceiptHandle: string, VisibilityTimeout: number) =>
        target().sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
      await change(message!.ReceiptHandle!, 0);
      const [again] = await receive({ VisibilityTimeout: 1 });
      expect(again!.MessageId).toBe(message!.MessageId);
      await change(again!.ReceiptHandle!, 600);
      expect(await receive({ WaitTimeSeconds: 2 })).toEqual([]);
      expect(await refusal(change(again!.ReceiptHandle!, 43_201))).toMatchObject({ status: 400 });
    });
    it('visibility of a message that is not in flight cannot be changed', async () => {
      await send('x');
      const [message] = await receive({ VisibilityTimeout: 0 });
      const sent = target().sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: message!.ReceiptHandle,
          VisibilityTimeout: 5,
        }),
      );
      expect(await refusal(sent)).toMatchObject({ code: 'MessageNotInflight' });
    });
    it('a long poll ends with the message that arrives meanwhile', async () => {
      const started = Date.now();
      const waiting = receive({ WaitTimeSeconds: 20 });
      await target().sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      await send('x');
      expect((await waiting).map((one) => one.Body)).toEqual(['x']);
      expect(Date.now() - started).toBeLessThan(5000);
    });
    it('a receiver that hangs up takes no message with it', async () => {
      const abort = new AbortController();
      const { region, sqsEndpoint, accessKeyId, secretAccessKey } = target().server;
      const other = new SQSClient({
        region,
        endpoint: sqsEndpoint,
        credentials: { accessKeyId, secretAccessKey },
        maxAttempts: 1,
      });
      const waiting = other.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
        abortSignal: abort.signal,
      });
      await target().sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      abort.abort();
      await expect(waiting).rejects.toThrow();
      other.destroy();
      await target().sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      await send('x');
      expect(await receive({ WaitTimeSeconds: 5 })).toHaveLength(1);
    });
    it('a delayed message comes when its delay is over', async () => {
      await send('late', { DelaySeconds: 1 });
      expect(await receive()).toEqual([]);
      expect((await attributes())['ApproximateNumberOfMessagesDelayed']).toBe('1');
      expect(await receive({ WaitTimeSeconds: 5 })).toHaveLength(1);
    });
    it('a message of 1 MiB is taken, a byte more is not', async () => {
      await send('x'.repeat(1_048_576));
      expect(await refusal(send('x'.repeat(1_048_577)))).toMatchObject({ status: 400 });
    });
    it('a message without body, or with characters that SQS does not take, is refused', async () => {
      expect(await refusal(send(''))).toMatchObject({ status: 400 });
      expect(await refusal(send('\u0000'))).toMatchObject({ status: 400 });
    });
    it('more than ten messages cannot be asked for, nor a wait above 20 seconds', async () => {
      await send('x'); // where they are taken after all, nothing is waited for
      expect(await refusal(receive({ MaxNumberOfMessages: 11 }))).toMatchObject({ status: 400 });
      expect(await refusal(receive({ WaitTimeSeconds: 21 }))).toMatchObject({ status: 400 });
    });

    it('purging empties the queue, once a minute', async () => {
      await send('x');
      await target().sqs.send(new PurgeQueueCommand({ QueueUrl }));
      expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
      expect(await refusal(target().sqs.send(new PurgeQueueCommand({ QueueUrl })))).toMatchObject({
        code: 'PurgeQueueInProgress',
      });
    });
    it('tags are accepted', async () => {
      await expect(
        target().sqs.send(new TagQueueCommand({ QueueUrl, Tags: { project: 'darkroom' } })),
      ).resolves.toBeDefined();
    });
    it('a request that declares no payload hash is verified by the hash of its body', async () => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
      };
      const body = JSON.stringify({ QueueUrl, MessageBody: 'bare' });
      const signed = await target().sign({ method: 'POST', path: '/', headers, body }, 'sqs');
      expect(signed).not.toHaveProperty('x-amz-content-sha256');
      const endpoint = target().server.sqsEndpoint;
      expect(
        (await target().send({ method: 'POST', path: '/', headers: signed, body }, endpoint)).status,
      ).toBe(200);
      const tampered = body.replace('bare', 'evil');
      expect(
        (await target().send({ method: 'POST', path: '/', headers: signed, body: tampered }, endpoint))
          .status,
      ).toBe(403);
      expect((await receive()).map((one) => one.Body)).toEqual(['bare']);
    });
    it('a wrong secret is refused', async () => {
      const { region, sqsEndpoint, accessKeyId } = target().server;
      const sqs = new SQSClient({
        region,
        endpoint: sqsEndpoint,
        credentials: { accessKeyId, secretAccessKey: 'wrong' },
        maxAttempts: 1,
      });
      expect(await refusal(sqs.send(new ListQueuesCommand({})))).toMatchObject({ status: 403 });
      sqs.destroy();
    });
  });
};
