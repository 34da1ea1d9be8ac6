import type { KafkaLag } from '@darkroom/adapter-kafka';
import { createLogger } from '@darkroom/runtime';
import { kafkaLags } from './kafka-lags.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const lag = (group: string, partition: number, events: number, seconds: number): KafkaLag => ({
  group,
  partition,
  events,
  seconds,
});
const unknown = [
  { group: 'variant-worker', events: null, seconds: null },
  { group: 'metadata-worker', events: null, seconds: null },
];

it('adds the partitions of a group up, and asks once for all who come together', async () => {
  let asked = 0;
  const lags = async () => {
    asked += 1;
    return [
      lag('variant-worker', 0, 2, 60),
      lag('variant-worker', 1, 3, 900),
      lag('metadata-worker', 0, 0, 0),
    ];
  };
  const ask = kafkaLags({ lags }, logger);
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first).toEqual([
    { group: 'variant-worker', events: 5, seconds: 900 },
    { group: 'metadata-worker', events: 0, seconds: 0 },
  ]);
  expect(second).toBe(first);
  expect(asked).toBe(1);
});

it('does not know where Kafka refuses, or does not answer', async () => {
  const refusing = kafkaLags({ lags: () => Promise.reject(new Error('ECONNREFUSED')) }, logger);
  expect(await refusing()).toEqual(unknown);
  const silent = kafkaLags({ lags: () => new Promise(() => undefined) }, logger, 1);
  expect(await silent()).toEqual(unknown);
});
