import { contracts } from './contracts.fixture.ts';
import { ministackDeviations } from './known-deviations.fixture.ts';
import { startMinistack } from './ministack.fixture.ts';
import { describeWithPython, pythonTools } from './python.fixture.ts';
import { createSuite } from './suite.fixture.ts';
import { Target } from './target.fixture.ts';

describeWithPython('ministack, an independent S3 and SQS', await pythonTools(), (bin) => {
  let target: Target;
  beforeAll(async () => {
    target = new Target(await startMinistack(bin));
  });
  afterAll(() => target.close());
  const seen = new Set<string>();
  const suite = createSuite(() => target, ministackDeviations, seen);
  for (const contract of contracts) contract(suite);

  it('every known deviation names a test of the suite', () => {
    expect(
      Object.keys({ ...ministackDeviations.always, ...ministackDeviations.sometimes }).filter(
        (name) => !seen.has(name),
      ),
    ).toEqual([]);
  });
});
