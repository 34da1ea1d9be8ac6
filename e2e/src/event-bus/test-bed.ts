import type { DarkroomEvent, EventRecord } from '@darkroom/contracts';
import { connect, PostgresDeadLetters } from '@darkroom/adapter-postgres';
import { createLogger, done, startConsumer, type Handler, type RunningConsumer } from '@darkroom/runtime';
import { uploaded } from './events.ts';
import { startMember, type MemberProcess } from './member-process.ts';
import { openBus, type BusConfig } from './open-bus.ts';

export interface BusUnderTest {
  readonly config: BusConfig;
  publish(events: readonly DarkroomEvent[]): Promise<void>;
  /** Something with an event's headers that is none. */
  publishPoison(imageId: string): Promise<EventRecord>;
  close(): Promise<void>;
}

type UploadHandler = Handler<'ImageUploaded'>;

export interface Seen {
  readonly id: string;
  readonly imageId: string;
  readonly imageSeq: number;
  readonly attempt: number;
}

let groups = 0;
export const newGroup = (): string => `group-${process.pid}-${(groups += 1)}`;

/** A handler that remembers what it saw of these images, and then does `work`. */
export function recorder(
  images: readonly string[],
  work: UploadHandler = async () => done(),
): { seen: Seen[]; handler: UploadHandler } {
  const mine = new Set(images);
  const seen: Seen[] = [];
  const handler: UploadHandler = async (event, context) => {
    const { id, imageId, imageSeq } = event;
    if (!mine.has(imageId)) return done();
    seen.push({ id, imageId, imageSeq, attempt: context.attempt });
    return work(event, context);
  };
  return { seen, handler };
}

/** `count` events of each image, all first ones before all second ones. */
export const sequencesOf = (images: readonly string[], count: number): DarkroomEvent[] =>
  Array.from({ length: count }, (_, n) => images.map((image) => uploaded(image, n + 1))).flat();

/** Sequence numbers of an image in the order in which each was seen for the first time. */
export const firstSeen = (
  seen: readonly { readonly imageId: string; readonly imageSeq: number }[],
  image: string,
): number[] => [...new Set(seen.filter(({ imageId }) => imageId === image).map(({ imageSeq }) => imageSeq))];

/** Consumers in this process and others, for one test. */
export class TestBed {
  readonly #config: BusConfig;
  readonly #cleanups: (() => Promise<unknown>)[] = [];
  readonly #logger = createLogger({ name: 'contract', level: 'silent' });

  constructor(config: BusConfig) {
    this.#config = config;
  }

  async consume(
    group: string,
    handler: UploadHandler,
    more: { maxAttempts?: number; graceMs?: number; onDead?: () => Promise<void> } = {},
  ): Promise<RunningConsumer> {
    const opened = openBus(this.#config);
    const consumer = await startConsumer({
      bus: opened.bus,
      deliveries: opened.deliveries,
      group,
      types: ['ImageUploaded'],
      concurrency: 8,
      handler,
      logger: this.#logger,
      backoff: { baseMs: 10, capMs: 50 },
      outageBackoff: { baseMs: 50, capMs: 100 },
      pollMs: 50,
      graceMs: 5_000,
      ...more,
    });
    this.#cleanups.push(async () => {
      await consumer.stop();
      await opened.close();
    });
    return consumer;
  }

  member(group: string, workMs: number): MemberProcess {
    const started = startMember({ config: this.#config, group, workMs });
    this.#cleanups.push(() => started.kill());
    return started;
  }

  deadLetters(): PostgresDeadLetters {
    const db = connect({ url: this.#config.databaseUrl, poolSize: 2, applicationName: 'contract' });
    this.#cleanups.push(() => db.close());
    return new PostgresDeadLetters(db);
  }

  /** Stops everything again, in reverse. */
  async clear(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }
}
