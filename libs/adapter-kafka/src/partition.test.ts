import { partitionCount, partitionOf } from '@darkroom/contracts';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';

describe('the partition of a key', () => {
  it("is the one that kafkajs's own partitioner chooses", () => {
    const partitioner = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: partitionCount }, (_, partitionId) => ({
      partitionId,
    })) as Parameters<typeof partitioner>[0]['partitionMetadata'];
    const keys = fc.oneof(fc.uuid(), fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(keys, (key) => {
        const theirs = partitioner({ topic: 't', partitionMetadata, message: { key, value: null } });
        expect(partitionOf(key)).toBe(theirs);
      }),
      { numRuns: 2_000 },
    );
  });
});
