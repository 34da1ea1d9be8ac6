import { murmur2, partitionOf } from './partition.ts';

describe('partitionOf', () => {
  it("gives the hashes of Kafka's own test (org.apache.kafka.common.utils.UtilsTest)", () => {
    const hashes = {
      '21': -973932308,
      foobar: -790332482,
      'a-little-bit-long-string': -985981536,
      'a-little-bit-longer-string': -1486304829,
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    };
    for (const [text, hash] of Object.entries(hashes)) expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('spreads ids over all twelve', () => {
    const used = new Set(Array.from({ length: 500 }, (_, n) => partitionOf(`image-${n}`)));
    expect(used.size).toBe(12);
  });
});
