import { contracts } from './contracts.fixture.ts';
import { startEmulatorServer } from './emulator-server.fixture.ts';
import { createSuite, noDeviations } from './suite.fixture.ts';
import { Target } from './target.fixture.ts';

describe('our S3 and SQS emulator', () => {
  let target: Target;
  beforeAll(async () => {
    target = new Target(await startEmulatorServer());
  });
  afterAll(() => target.close());
  const suite = createSuite(() => target, noDeviations, new Set());
  for (const contract of contracts) contract(suite);
});
