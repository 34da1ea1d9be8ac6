import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

/** Queues: batches, dead letters and their way back. */
export const batchesContract = ({ target, it }: Suite): void => {
  describe('batches and dead letters', () => {
    let QueueUrl: string;
    let arn: string;
    beforeEach(async () => {
      ({ url: QueueUrl, arn } = await target().newQueue());
    });
    const send = (MessageBody: string, more: object = {}) =>
      target().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
    const receive = async (more: object = {}): Promise<Message[]> =>
      (
        await target().sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, ...more }),
        )
      ).Messages ?? [];

    describe('batches', () => {
      const batch = (count: number, body = 'x') =>
        Array.from({ length: count }, (_, index) => ({ Id: `id-${index}`, MessageBody: body }));
      const sendBatch = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
        target().sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      it('ten messages are sent, extended and deleted at once', async () => {
        expect((await sendBatch(batch(10))).Successful).toHaveLength(10);
        const messages = await receive();
        expect(messages).toHaveLength(10);
        const Entries = messages.map((one, index) => ({ Id: `${index}`, ReceiptHandle: one.ReceiptHandle! }));
        const changed = await target().sqs.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl,
            Entries: Entries.map((one) => ({ ...one, VisibilityTimeout: 60 })),
          }),
        );
        expect(changed.Successful).toHaveLength(10);
        expect(
          (await target().sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).Successful,
        ).toHaveLength(10);
        expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
      });
      it('no entry is EmptyBatchRequest', async () => {
        expect(await refusal(sendBatch([]))).toMatchObject({ code: 'EmptyBatchRequest' });
      });
      it('eleven entries are TooManyEntriesInBatchRequest', async () => {
        expect(await refusal(sendBatch(batch(11)))).toMatchObject({ code: 'TooManyEntriesInBatchRequest' });
      });
      it('two entries of one id are BatchEntryIdsNotDistinct', async () => {
        expect(await refusal(sendBatch([...batch(1), ...batch(1)]))).toMatchObject({
          code: 'BatchEntryIdsNotDistinct',
        });
      });
      it('more than 1 MiB together is BatchRequestTooLong', async () => {
        expect(await refusal(sendBatch(batch(10, 'x'.repeat(110_000))))).toMatchObject({
          code: 'BatchRequestTooLong',
        });
      });
      it('an entry that fails does not fail the others', async () => {
        await send('x');
        const [message] = await receive();
        const Entries = [
          { Id: 'good', ReceiptHandle: message!.ReceiptHandle! },
          { Id: 'bad', ReceiptHandle: 'nonsense' },
        ];
        const outcome = await target().sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        expect(outcome.Successful!.map((one) => one.Id)).toEqual(['good']);
        expect(outcome.Failed).toMatchObject([
          { Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' },
        ]);
      });
    });

    describe('dead letters', () => {
      let dead: { url: string; arn: string };
      beforeEach(async () => {
        dead = await target().newQueue();
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
        await target().sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
      });
      const exhaust = async () => {
        await send('poison');
        for (let count = 0; count < 2; count++)
          expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
        expect(await receive({ VisibilityTimeout: 0 })).toEqual([]);
      };
      it('a message received too often goes to the dead-letter queue', async () => {
        await exhaust();
        expect(await target().count(QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
        const { Messages } = await target().sqs.send(
          new ReceiveMessageCommand({ QueueUrl: dead.url, MessageSystemAttributeNames: ['All'] }),
        );
        expect(Messages).toMatchObject([{ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn } }]);
      });
      it('a move task brings dead letters back to their source', async () => {
        await exhaust();
        await target().sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
        expect((await receive({ WaitTimeSeconds: 5 })).map((one) => one.Body)).toEqual(['poison']);
        const status = async () =>
          (await target().sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }))).Results?.[0];
        expect(await status()).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
      });
      it('only a dead-letter queue can be moved from', async () => {
        expect(
          await refusal(target().sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))),
        ).toMatchObject({ status: 400 });
      });
      it('a dead-letter queue names its sources', async () => {
        expect(
          (await target().sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }))).queueUrls,
        ).toEqual([QueueUrl]);
      });
      it('a dead-letter queue that does not exist, or does not allow it, is refused', async () => {
        const set = (target_: string) =>
          target().sqs.send(
            new SetQueueAttributesCommand({
              QueueUrl,
              Attributes: {
                RedrivePolicy: JSON.stringify({ deadLetterTargetArn: target_, maxReceiveCount: 1 }),
              },
            }),
          );
        expect(await refusal(set(`${dead.arn}-missing`))).toMatchObject({ status: 400 });
        const closed = await target().newQueue({
          RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }),
        });
        expect(await refusal(set(closed.arn))).toMatchObject({ status: 400 });
      });
    });
  });
};
