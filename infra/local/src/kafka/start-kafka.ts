export interface KafkaOptions {
  /** Folder of the broker's data, log and configuration; made when it is not there. */
  dataDir: string;
  /** Brokers that are there already (`KAFKA_BROKERS`): then nothing is started. */
  brokers?: string[];
}

export type KafkaKind = 'given' | 'container' | 'java';

export interface RunningKafka {
  kind: KafkaKind;
  brokers: string[];
  /** Of the broker, when it is a process of this machine. */
  pid?: number;
  /** Kills the broker as a crash would and starts it again; only where we started it ourselves. */
  restart?(): Promise<void>;
  close(): Promise<void>;
}

/** Neither brokers nor a way to start one. */
export interface NoKafka {
  kind: 'none';
  reason: string;
}

/** Kafka by what is there: the brokers given, else a container, else Java with Maven. */
export async function startKafka(_options: KafkaOptions): Promise<RunningKafka | NoKafka> {
  return Promise.resolve({ kind: 'none', reason: 'no Kafka yet' });
}
