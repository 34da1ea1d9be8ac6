import fc from 'fast-check';
import { fitInside, longestSide } from './dimensions.ts';

const side = fc.integer({ min: 1, max: 60_000 });
const bound = fc.integer({ min: 1, max: longestSide });

describe('fitInside', () => {
  it('fits, never enlarges, and keeps the ratio to half a pixel', () => {
    fc.assert(
      fc.property(side, side, bound, (width, height, limit) => {
        const fitted = fitInside({ width, height }, limit);
        const longest = Math.max(width, height);
        expect(Math.max(fitted.width, fitted.height)).toBe(Math.min(longest, limit));
        // In whole numbers, since halves are not exact as fractions; a side of one pixel may be more than its share
        const [over, under] = longest <= limit ? [1, 1] : [limit, longest];
        for (const [ours, theirs] of [
          [fitted.width, width],
          [fitted.height, height],
        ] as const) {
          const share = Math.max(under, theirs * over);
          expect(2 * Math.abs(ours * under - share)).toBeLessThanOrEqual(under);
        }
      }),
    );
  });

  it('treats both sides alike', () => {
    fc.assert(
      fc.property(side, side, bound, (width, height, limit) => {
        const turned = fitInside({ width: height, height: width }, limit);
        expect(fitInside({ width, height }, limit)).toEqual({ width: turned.height, height: turned.width });
      }),
    );
  });

  it.each([
    [4000, 3000, 1200, 1200, 900],
    [20_000, 10, 150, 150, 1],
    [1, 1, 150, 1, 1],
    [301, 200, 300, 300, 199], // 199.34
    [400, 301, 200, 200, 151], // 150.5 goes up
    [30_000, 20_000, null, 16_383, 10_922],
    [640, 400, null, 640, 400],
  ])('%i × %i within %p is %i × %i', (width, height, limit, w, h) => {
    expect(fitInside({ width, height }, limit)).toEqual({ width: w, height: h });
  });
});
