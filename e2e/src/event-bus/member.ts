import { createLogger, done, startConsumer } from '@darkroom/runtime';
import { openBus, type BusConfig } from './open-bus.ts';

/**
 * A consumer as a process of its own: `node member.ts '{"config": …, "group": …, "workMs": …}'`. Prints a line of JSON
 * when it begins with an event and when it has finished with it.
 */
interface MemberRequest {
  readonly config: BusConfig;
  readonly group: string;
  /** How long it works on each event. */
  readonly workMs: number;
}

const { config, group, workMs } = JSON.parse(process.argv[2] ?? '') as MemberRequest;
const { bus, deliveries, close } = openBus(config);
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const consumer = await startConsumer({
  bus,
  deliveries,
  group,
  types: ['ImageUploaded'],
  concurrency: 4,
  logger: createLogger({ name: 'member', level: 'error', destination: process.stderr }),
  handler: async ({ id, imageId, imageSeq }) => {
    print({ began: id, imageId, imageSeq });
    await new Promise((resolve) => setTimeout(resolve, workMs));
    print({ ended: id, imageId, imageSeq });
    return done();
  },
});
process.once('SIGTERM', () => void consumer.stop().then(close));
