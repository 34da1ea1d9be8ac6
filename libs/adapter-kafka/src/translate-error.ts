import { AppError } from '@darkroom/kernel';
import kafkajs from 'kafkajs';

// Node's lexer finds no names for these in kafkajs's CommonJS entry.
const { KafkaJSError, KafkaJSProtocolError, KafkaJSSASLAuthenticationError } = kafkajs;

const forbidden = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);
const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** kafkajs's errors as {@link AppError}; anything else stays as it is. */
export function translateKafkaError(error: unknown): unknown {
  const causes = causesOf(error);
  const protocol = causes.find((each) => each instanceof KafkaJSProtocolError);
  const refused = causes.some((each) => each instanceof KafkaJSSASLAuthenticationError);
  if (refused) return new AppError('unauthenticated', 'Kafka refused the credentials', { cause: error });
  if (protocol !== undefined && forbidden.has(protocol.type))
    return new AppError('forbidden', `Kafka: ${protocol.message}`, { cause: error });
  if (protocol !== undefined && tooLarge.has(protocol.type))
    return new AppError('too_large', `Kafka: ${protocol.message}`, { cause: error });
  if (causes.some((each) => each instanceof KafkaJSError))
    return new AppError('unavailable', 'Kafka cannot be used just now', { cause: error });
  return error;
}

/** Runs `work`, with kafkajs's errors translated. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateKafkaError(error);
  }
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && !causes.includes(at); at = at.cause) causes.push(at);
  return causes;
}
