export { ensureTopic } from './ensure-topic.ts';
export { kafkaClient, type KafkaSettings } from './kafka-client.ts';
export { KafkaEventBus, type KafkaEventBusOptions } from './kafka-event-bus.ts';
export { KafkaEventProducer } from './kafka-event-producer.ts';
export { KafkaMonitor, type KafkaLag } from './kafka-monitor.ts';
export { kafkaProblems, kafkaSettingsOf, kafkaVariables, type KafkaEnvironment } from './kafka-variables.ts';
export { describeTopic, keepTopicFor, type TopicFacts } from './describe-topic.ts';
