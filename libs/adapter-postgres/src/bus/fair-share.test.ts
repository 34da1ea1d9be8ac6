import fc from 'fast-check';
import { fairShare } from './fair-share.ts';

const holdings = fc
  .uniqueArray(fc.uuid(), { minLength: 1, maxLength: 20 })
  .chain((members) =>
    fc
      .array(fc.nat(12), { minLength: members.length, maxLength: members.length })
      .map((held) => new Map(members.map((member, n) => [member, held[n] ?? 0]))),
  );

describe('fairShare', () => {
  it('gives away all partitions, and nobody more than one more than another', () => {
    fc.assert(
      fc.property(holdings, (held) => {
        const shares = [...fairShare(held, 12).values()];
        expect(shares.reduce((a, b) => a + b, 0)).toBe(12);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves nothing where all is fair already', () => {
    fc.assert(
      fc.property(holdings, (held) => {
        const once = fairShare(held, 12);
        expect(fairShare(once, 12)).toEqual(once);
      }),
    );
  });

  it('has nobody to give to in an empty group', () => {
    expect(fairShare(new Map(), 12).size).toBe(0);
  });
});
