import fc from 'fast-check';
import { PartitionProgress } from './partition-progress.ts';

describe('the low-water mark of a partition', () => {
  it('stands before the first record that is not done', () => {
    const progress = new PartitionProgress();
    expect(progress.toCommit()).toBeUndefined();
    for (const offset of [5n, 9n, 12n]) progress.begin(offset);
    progress.finish(9n);
    expect(progress.toCommit()).toBe(5n);
    progress.finish(5n);
    expect(progress.toCommit()).toBe(12n);
    progress.finish(12n);
    expect(progress.toCommit()).toBe(13n);
    progress.committed(13n);
    expect(progress.toCommit()).toBeUndefined();
  });

  it('takes no record twice', () => {
    const progress = new PartitionProgress();
    expect([3n, 4n, 3n, 4n, 5n].map((offset) => progress.begin(offset))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('never passes a record that is not done, in whatever order they finish', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(500), { minLength: 1 }),
        fc.infiniteStream(fc.nat()),
        (found, random) => {
          const offsets = found.sort((a, b) => a - b).map(BigInt);
          const progress = new PartitionProgress();
          for (const offset of offsets) progress.begin(offset);
          const open = [...offsets];
          while (open.length > 0) {
            const [done] = open.splice((random.next().value ?? 0) % open.length, 1);
            if (done !== undefined) progress.finish(done);
            const mark = progress.toCommit();
            expect(open.every((offset) => mark === undefined || offset >= mark)).toBe(true);
            if (mark !== undefined) progress.committed(mark);
          }
          expect(progress.outstanding).toBe(0);
        },
      ),
    );
  });
});
