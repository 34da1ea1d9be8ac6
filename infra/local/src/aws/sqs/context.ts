import type { MessageStore } from './message-store.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { QueueStore } from './queue-store.ts';

export interface SqsServices {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly moveTasks: MoveTasks;
}

export interface SqsCall {
  readonly services: SqsServices;
  readonly now: number;
  /** `http://host:port/account`, as the client reaches this server. */
  readonly baseUrl: string;
  /** Aborted when the client hangs up or the server stops. */
  readonly signal: AbortSignal;
}

/** One action: its JSON input, checked by itself, to its JSON output. */
export type SqsAction = (call: SqsCall, input: unknown) => Promise<object> | object;
