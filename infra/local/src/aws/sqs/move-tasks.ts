import { randomUUID } from 'node:crypto';
import type { Database } from '../core/database.ts';
import type { MessageStore } from './message-store.ts';
import type { QueueStore } from './queue-store.ts';
import { invalidParameter, sqsError, SqsError } from './sqs-error.ts';

export interface MoveTask {
  readonly handle: string;
  readonly source: string;
  readonly destination?: string;
  readonly rate?: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly moved: number;
  readonly toMove: number;
  readonly startedAt: number;
  readonly failure?: string;
}

const DEFAULT_RATE = 500;

/** Moves messages out of dead-letter queues, a batch each second, until those that were there at the start are gone. */
export class MoveTasks {
  readonly #db: Database;
  readonly #queues: QueueStore;
  readonly #messages: MessageStore;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(db: Database, queues: QueueStore, messages: MessageStore) {
    this.#db = db;
    this.#queues = queues;
    this.#messages = messages;
  }

  /** Goes on with the tasks that were running when the process ended. */
  resume(): void {
    for (const row of this.#db.prepare("SELECT handle FROM move_tasks WHERE status = 'RUNNING'").all())
      this.#step(row['handle'] as string);
  }

  start(
    sourceArn: string,
    destinationArn: string | undefined,
    rate: number | undefined,
    now: number,
  ): string {
    const source = this.#queues.findByArn(sourceArn);
    if (!source) throw notFound();
    if (this.#queues.sourcesOf(sourceArn).length === 0)
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    if (destinationArn !== undefined && !this.#queues.findByArn(destinationArn)) throw notFound();
    if (this.list(sourceArn, 10).some((task) => task.status === 'RUNNING')) {
      throw sqsError(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const handle = Buffer.from(`${sourceArn}|${randomUUID()}`).toString('base64');
    this.#db
      .prepare(
        "INSERT INTO move_tasks (handle, source, destination, rate, status, to_move, started_at) VALUES (?, ?, ?, ?, 'RUNNING', ?, ?)",
      )
      .run(
        handle,
        sourceArn,
        destinationArn ?? null,
        rate ?? null,
        this.#messages.counts(source.name, now).visible,
        now,
      );
    this.#step(handle);
    return handle;
  }

  cancel(handle: string): number {
    const task = this.#get(handle);
    if (!task) throw notFound();
    if (task.status !== 'RUNNING')
      throw sqsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
    this.#end(handle, 'CANCELLED');
    return task.moved;
  }

  /** A queue's tasks, the newest first. */
  list(sourceArn: string, max: number): MoveTask[] {
    return this.#db
      .prepare('SELECT * FROM move_tasks WHERE source = ? ORDER BY started_at DESC, rowid DESC LIMIT ?')
      .all(sourceArn, max)
      .map(toTask);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #step(handle: string): void {
    const task = this.#get(handle);
    if (task?.status !== 'RUNNING') return;
    const rate = task.rate ?? DEFAULT_RATE;
    const source = this.#queues.findByArn(task.source);
    try {
      const left = task.toMove - task.moved;
      const moved = source
        ? this.#messages.move(source.name, task.destination, Math.min(rate, left), Date.now())
        : 0;
      this.#db.prepare('UPDATE move_tasks SET moved = moved + ? WHERE handle = ?').run(moved, handle);
      if (moved === 0 || moved >= left) return this.#end(handle, 'COMPLETED');
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      return this.#end(handle, 'FAILED', error.message);
    }
    this.#timers.set(
      handle,
      setTimeout(() => this.#step(handle), 1000),
    );
  }

  #end(handle: string, status: MoveTask['status'], failure?: string): void {
    clearTimeout(this.#timers.get(handle));
    this.#timers.delete(handle);
    this.#db
      .prepare('UPDATE move_tasks SET status = ?, failure = ? WHERE handle = ?')
      .run(status, failure ?? null, handle);
  }

  #get(handle: string): MoveTask | undefined {
    const row = this.#db.prepare('SELECT * FROM move_tasks WHERE handle = ?').get(handle);
    return row && toTask(row);
  }
}

const notFound = (): SqsError =>
  new SqsError(
    'ResourceNotFoundException',
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  );

const toTask = (row: Record<string, unknown>): MoveTask => ({
  handle: row['handle'] as string,
  source: row['source'] as string,
  status: row['status'] as MoveTask['status'],
  moved: row['moved'] as number,
  toMove: row['to_move'] as number,
  startedAt: row['started_at'] as number,
  ...(row['destination'] === null ? {} : { destination: row['destination'] as string }),
  ...(row['rate'] === null ? {} : { rate: row['rate'] as number }),
  ...(row['failure'] === null ? {} : { failure: row['failure'] as string }),
});
