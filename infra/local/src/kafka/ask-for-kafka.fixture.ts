/** For tests: asks for Kafka by a container alone, in the environment that it is given, and prints the answer. */
import { startKafka } from './start-kafka.ts';

const answer = await startKafka({ dataDir: '.', ways: ['container'] });
process.stdout.write(JSON.stringify(answer));
if ('close' in answer) await answer.close();
