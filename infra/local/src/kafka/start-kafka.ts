import { freePort } from '../process/free-port.ts';
import { startContainerBroker } from './container-broker.ts';
import { startJavaBroker, type JavaBroker } from './java-broker.ts';
import { whyNoJava } from './java-distribution.ts';

export interface KafkaOptions {
  /** Folder of the broker's data, log and configuration; made when it is not there. */
  dataDir: string;
  /** Brokers that are there already (`KAFKA_BROKERS`): then nothing is started. */
  brokers?: readonly string[] | undefined;
  /** Of 127.0.0.1 (default: a free one). */
  port?: number;
  /** Where clients are told to find it, of 127.0.0.1; only a broker run by Java can say another than its own. */
  advertisedPort?: number;
  /** Ways to start a broker, in the order in which they are tried (default: a container, then Java). */
  ways?: readonly ('container' | 'java')[];
}

export type KafkaKind = 'given' | 'container' | 'java';

export interface RunningKafka {
  kind: KafkaKind;
  brokers: readonly string[];
  /** Why each way that comes before this one was not taken. */
  readonly passedOver: readonly string[];
  /** Of the broker, where it is a process of this machine. */
  readonly pid?: number;
  /** Resolves when the broker has ended by itself; only where it is a process of this machine. */
  readonly exited?: Promise<unknown>;
  /** Kills the broker as a crash would and starts it again; only where we started it ourselves. */
  restart?(): Promise<void>;
  close(graceMs?: number): Promise<void>;
}

/** Neither brokers nor a way to start one, and why. */
export interface NoKafka {
  kind: 'none';
  reason: string;
}

/**
 * Kafka by what is there: the brokers given, else a container, else Java with Maven. Answers `none` where there is
 * no such thing; throws when a broker that should start does not.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka | NoKafka> {
  const { dataDir, brokers = [], port = await freePort(), ways = ['container', 'java'] } = options;
  if (brokers.length > 0) {
    return { kind: 'given', brokers, passedOver: [], close: () => Promise.resolve() };
  }
  const reasons: string[] = [];
  for (const way of ways) {
    const broker =
      way === 'java' ? await byJava(dataDir, port, options.advertisedPort) : await startContainerBroker(port);
    if (typeof broker !== 'string') return Object.assign(broker, { kind: way, passedOver: reasons });
    reasons.push(broker);
  }
  return { kind: 'none', reason: `no KAFKA_BROKERS given; ${reasons.join('; ')}` };
}

async function byJava(dataDir: string, port: number, advertisedPort?: number): Promise<JavaBroker | string> {
  return (await whyNoJava()) ?? startJavaBroker(dataDir, port, advertisedPort);
}
