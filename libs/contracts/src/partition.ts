/** Fixed: with another number an image's events would move to other partitions and lose their order. */
export const partitionCount = 12;

const seed = 0x9747b28c;
const m = 0x5bd1e995;
const r = 24;

/** MurmurHash2 in 32 bits as Kafka's clients compute it (`org.apache.kafka.common.utils.Utils.murmur2`). */
export function murmur2(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { length } = data;
  let h = seed ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = Math.imul(view.getInt32(at, true), m);
    k ^= k >>> r;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length - at;
  if (rest >= 3) h ^= view.getUint8(at + 2) << 16;
  if (rest >= 2) h ^= view.getUint8(at + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ view.getUint8(at), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** The partition of a key, as Kafka's default partitioner chooses it: murmur2 without the sign, over the partitions. */
export function partitionOf(key: string, partitions: number = partitionCount): number {
  return (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % partitions;
}
