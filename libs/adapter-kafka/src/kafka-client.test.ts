import { kafkaClient } from './kafka-client.ts';

it('calls no answer of a broker an error by itself: what cannot be dealt with is thrown', () => {
  const told: [string, string, object][] = [];
  const logger = kafkaClient({
    brokers: ['127.0.0.1:9'],
    clientId: 'test',
    topic: 'test',
    onLog: (...entry) => told.push(entry),
  }).logger();
  logger.error('Response Heartbeat(key: 12, version: 3)', { error: 'The group is rebalancing' });
  logger.error('[Consumer] Crash', { groupId: 'test' });
  logger.debug('a word of no use');
  const detail = { logger: 'kafkajs' };
  expect(told).toEqual([
    ['info', 'Response Heartbeat(key: 12, version: 3)', { ...detail, error: 'The group is rebalancing' }],
    ['error', '[Consumer] Crash', { ...detail, groupId: 'test' }],
  ]);
});
