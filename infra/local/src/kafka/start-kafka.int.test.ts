import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startKafka, type RunningKafka } from './start-kafka.ts';

function answers(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: host!, port: Number(port) });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

describe('startKafka', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom kafka '));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('starts nothing where brokers are given', async () => {
    const kafka = await startKafka({ dataDir: path.join(folder, 'none'), brokers: ['kafka.example:9092'] });
    expect(kafka).toMatchObject({ kind: 'given', brokers: ['kafka.example:9092'] });
  });

  it('says why there is none', async () => {
    await expect(startKafka({ dataDir: folder, ways: [] })).resolves.toMatchObject({ kind: 'none' });
  });

  it('starts a broker, kills it and starts it again on the same port', async () => {
    const kafka = (await startKafka({ dataDir: path.join(folder, 'kafka') })) as RunningKafka;
    try {
      const broker = kafka.brokers[0]!;
      expect(await answers(broker)).toBe(true);
      const before = kafka.pid;
      await kafka.restart!();
      expect(await answers(broker)).toBe(true);
      if (kafka.kind === 'java') expect(kafka.pid).not.toBe(before);
    } finally {
      await kafka.close();
    }
    expect(await answers(kafka.brokers[0]!)).toBe(false);
  });
});
