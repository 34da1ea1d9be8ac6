import type { Target } from './target.fixture.ts';

/** Why a named test does not hold for a server that is not ours. */
export interface Deviations {
  /** These must fail: one that holds is to be taken off the list. */
  readonly always: Readonly<Record<string, string>>;
  /** These hold at times only, and are not run. */
  readonly sometimes: Readonly<Record<string, string>>;
}

export const noDeviations: Deviations = { always: {}, sometimes: {} };

export interface Suite {
  /** The server, once the tests run. */
  readonly target: () => Target;
  /** A test that holds on S3 and SQS. */
  readonly it: (name: string, run: () => Promise<void>) => void;
}

export const createSuite = (target: () => Target, deviations: Deviations, seen: Set<string>): Suite => ({
  target,
  it: (name, run) => {
    seen.add(name);
    const deviation = deviations.always[name];
    const excluded = deviations.sometimes[name];
    if (excluded !== undefined) {
      it.skip(`${name} [excluded: ${excluded}]`, run);
      return;
    }
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
