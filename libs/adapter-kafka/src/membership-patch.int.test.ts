import { connect, type Socket } from 'node:net';
import { describeKafka, testKafka, waitFor } from '@darkroom/testing';
import { Kafka, logLevel, type Consumer, type ISocketFactory } from 'kafkajs';
import { ensureTopic } from './ensure-topic.ts';
import { patchMembership } from './membership-patch.ts';

/** Far beyond what a test waits for. */
const sessionTimeout = 60_000;

/** The way to the brokers, which can be cut. */
class Line {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#cut) socket.destroy(new Error('the line is cut'));
    return socket;
  };

  /** Ends all connections, and lets no other begin. Resolves when they have ended. */
  async cut(): Promise<void> {
    this.#cut = true;
    const ended = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    for (const socket of this.#sockets) socket.destroy(new Error('the line is cut'));
    await Promise.all(ended);
  }

  mend(): void {
    this.#cut = false;
  }
}

describeKafka("kafkajs's membership of a group", () => {
  let topic: string;
  let groupId: string;
  let others: Kafka;
  let line: Line;
  let consumer: Consumer;
  let received: string[];
  beforeEach(async () => {
    patchMembership();
    const kafka = await testKafka();
    [topic, groupId, line, received] = [kafka.randomTopic(), kafka.randomGroup(), new Line(), []];
    const settings = { brokers: [...kafka.brokers], logLevel: logLevel.NOTHING };
    others = new Kafka(settings);
    const retry = { initialRetryTime: 100, maxRetryTime: 200, retries: 1 };
    consumer = new Kafka({ ...settings, socketFactory: line.socketFactory, retry }).consumer({
      groupId,
      sessionTimeout,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 100,
    });
    await ensureTopic({ brokers: kafka.brokers, clientId: 'kafka-test', topic });
  });
  afterEach(() => consumer.disconnect());

  async function start(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const eachMessage = ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
      received.push(String(message.value));
      return Promise.resolve();
    };
    await consumer.run({ eachMessage });
  }

  async function send(value: string): Promise<void> {
    const producer = others.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value }] });
    await producer.disconnect();
  }

  const next = (of: Consumer, event: 'consumer.crash' | 'consumer.group_join') =>
    new Promise<void>((resolve) => void of.on(event, () => resolve()));

  const members = async (): Promise<number> => {
    const admin = others.admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([groupId]);
    await admin.disconnect();
    return groups[0]?.members.length ?? 0;
  };

  it('is the same after an outage', async () => {
    await start();
    await send('before');
    await waitFor(() => received.includes('before'), { what: 'the first', timeoutMs: 20_000 });
    const crashed = next(consumer, 'consumer.crash');
    await line.cut();
    await crashed;
    line.mend();
    await send('after');
    await waitFor(() => received.includes('after'), {
      what: 'what came after the outage',
      timeoutMs: 20_000,
    });
    expect(await members()).toBe(1);
  });

  it('is the one that was beginning when the line was cut', async () => {
    // Somebody who does not look up for a while: a new member waits for it.
    const busy = others.consumer({ groupId, sessionTimeout, heartbeatInterval: sessionTimeout / 2 });
    const isThere = next(busy, 'consumer.group_join');
    await busy.connect();
    await busy.subscribe({ topic });
    await busy.run({ eachMessage: () => Promise.resolve() });
    await isThere;

    const crashed = next(consumer, 'consumer.crash');
    const started = start();
    await waitFor(async () => (await members()) === 2, {
      what: 'the broker to know both',
      timeoutMs: 20_000,
    });
    await line.cut();
    await crashed;
    line.mend();
    await started;
    await busy.disconnect();
    await send('first');
    await waitFor(() => received.includes('first'), { what: 'the first', timeoutMs: 20_000 });
    expect(await members()).toBe(1);
  });

  it('ends where it has left', async () => {
    const joined = next(consumer, 'consumer.group_join');
    await start();
    await joined;
    await consumer.disconnect();
    expect(await members()).toBe(0);
    await start();
    await send('again');
    await waitFor(() => received.includes('again'), { what: 'what came after', timeoutMs: 20_000 });
    expect(await members()).toBe(1);
  });
});
