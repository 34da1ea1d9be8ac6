/** One SQS message. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** How often it has been received, this time included. */
  readonly receiveCount: number;
  readonly sentAt: Date;
  /** The span in which it was received, for others to link to; null where none was made. */
  readonly traceparent: string | null;
}

/** The queue that S3 notifies. At least once, in any order. */
export interface NotificationQueue {
  /** Its name, as spans tell it. */
  readonly name: string;
  /** Long polling: up to `max` (at most 10) messages, hidden from others for `visibilitySeconds`. */
  receive(max: number, visibilitySeconds: number, signal: AbortSignal): Promise<readonly QueueMessage[]>;
  extend(messages: readonly QueueMessage[], visibilitySeconds: number): Promise<void>;
  /** Throws where some could not be deleted; they come again. */
  remove(messages: readonly QueueMessage[]): Promise<void>;
  /** Sends a message that is no notification to the dead-letter queue, then deletes it here. */
  bury(message: QueueMessage, reason: string): Promise<void>;
}
