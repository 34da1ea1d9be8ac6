import { hasKafka } from '@darkroom/testing';
import { describeCrashRuns } from './crash-run.ts';

if (hasKafka) describeCrashRuns('kafka');
else describe.skip('crash run on Kafka', () => it.todo('needs Kafka'));
