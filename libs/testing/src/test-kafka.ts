import { randomUUID } from 'node:crypto';
import { askForService } from './services/ask.ts';

export interface TestKafka {
  brokers: string[];
  /** A name that no other test uses. */
  randomTopic(): string;
  randomGroup(): string;
}

/**
 * Whether this run has Kafka: brokers given, a container runtime, or Java with Maven. Without one, suites
 * about Kafka are skipped, and the run names them as not run.
 */
export const hasKafka = process.env['DARKROOM_TEST_KAFKA'] !== 'none';

/** `describe` for suites that need a real Kafka. Looked up when called: programs outside of Jest import this library too. */
export function describeKafka(name: string, suite: () => void): void {
  (hasKafka ? describe : describe.skip)(name, suite);
}

/** The broker that the test run shares, started by the first test that asks (3 to 4 s). */
export async function testKafka(): Promise<TestKafka> {
  const { brokers } = await askForService('kafka');
  return {
    brokers: [...brokers],
    randomTopic: () => `test-${randomUUID()}`,
    randomGroup: () => `test-group-${randomUUID()}`,
  };
}
