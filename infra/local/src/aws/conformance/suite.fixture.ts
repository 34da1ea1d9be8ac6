import type { Target } from './target.fixture.ts';

/** Why a named test does not hold for a server that is not ours. */
export type Deviations = Readonly<Record<string, string>>;

export interface Suite {
  /** The server, once the tests run. */
  readonly target: () => Target;
  /** A test that holds on S3 and SQS. Where it is a known deviation, it must fail: else the list is out of date. */
  readonly it: (name: string, run: () => Promise<void>) => void;
}

export const createSuite = (target: () => Target, deviations: Deviations, seen: Set<string>): Suite => ({
  target,
  it: (name, run) => {
    seen.add(name);
    const deviation = deviations[name];
    if (deviation === undefined) {
      it(name, run);
      return;
    }
    it(`${name} [known deviation: ${deviation}]`, async () => {
      const outcome = await run().then(
        () => 'holds',
        () => 'deviates',
      );
      expect(outcome).toBe('deviates');
    });
  },
});
