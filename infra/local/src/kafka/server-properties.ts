export interface BrokerConfig {
  port: number;
  /** Where clients are told to find it: `port`, unless something stands between. */
  advertisedPort?: number | undefined;
  controllerPort: number;
  logDir: string;
}

/** One node that is broker and controller, on loopback only, tuned to come back quickly after a kill. */
export function serverProperties(config: BrokerConfig): string {
  const { port, controllerPort, logDir, advertisedPort = port } = config;
  return `${Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDir.replaceAll('\\', '\\\\'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'broker.session.timeout.ms': 2000, // else a restart after SIGKILL waits for the old session, 7 s
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}
