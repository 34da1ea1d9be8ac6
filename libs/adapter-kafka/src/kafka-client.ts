import { Kafka, logLevel, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs';
import { patchMembership } from './membership-patch.ts';
import { mskToken } from './msk-token.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** `host:port`, any number. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly topic: string;
  /** TLS: true trusts the system's authorities; `ca` names others, in PEM. */
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: KafkaCredentials | { readonly mechanism: 'aws-msk-iam'; readonly region: string };
  /** Copies of a topic that `ensureTopic` makes. Default: the broker's own. */
  readonly replicationFactor?: number;
  /** Told what kafkajs logs. */
  readonly onLog?: (level: 'error' | 'warn' | 'info', message: string, detail: object) => void;
}

/** Retries of one request: outages longer than these some 10 s are the callers' business. */
const retry = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };

/**
 * kafkajs as Darkroom uses it, with its request queue and its membership of groups mended. `retries`: of one request, in
 * place of some 10 s of them.
 */
export function kafkaClient(settings: KafkaSettings, retries = retry.retries): Kafka {
  patchRequestQueue();
  patchMembership();
  const { brokers, clientId, tls, sasl, onLog } = settings;
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    retry: { ...retry, retries },
    connectionTimeout: 5_000,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => tell(entry, onLog),
  };
  if (tls !== undefined && tls !== false) config.ssl = tls === true ? true : { ca: [tls.ca] };
  if (sasl !== undefined) config.sasl = saslOf(sasl);
  return new Kafka(config);
}

const levels: Partial<Record<logLevel, 'error' | 'warn' | 'info'>> = {
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'info',
};

/**
 * A broker that answers no is how every rebalance goes, and kafkajs calls each such answer an error before it deals with
 * it; what it cannot deal with it throws, or logs again.
 */
function tell({ level, log }: LogEntry, onLog: KafkaSettings['onLog']): void {
  const { message, timestamp: _timestamp, ...detail } = log;
  const known = message.startsWith('Response ') ? 'info' : levels[level];
  if (known !== undefined) onLog?.(known, message, detail);
}

function saslOf(sasl: NonNullable<KafkaSettings['sasl']>): SASLOptions {
  if (sasl.mechanism !== 'aws-msk-iam') return sasl as SASLOptions; // each mechanism is a type of its own there
  return {
    mechanism: 'oauthbearer',
    // Asked for each connection, and again before a token ends
    oauthBearerProvider: async () => ({ value: await mskToken(sasl.region) }),
  };
}
