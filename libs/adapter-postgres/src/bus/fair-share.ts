/**
 * How many partitions each member should hold: all the same, and where that does not come out even one more for those
 * who hold most already, so that as few as possible move. The shares add up to `partitions`.
 */
export function fairShare(
  holdings: ReadonlyMap<string, number>,
  partitions: number,
): ReadonlyMap<string, number> {
  if (holdings.size === 0) return new Map();
  const base = Math.floor(partitions / holdings.size);
  const extra = partitions % holdings.size;
  const ranked = [...holdings].sort(([a, heldByA], [b, heldByB]) => heldByB - heldByA || (a < b ? -1 : 1));
  return new Map(ranked.map(([member], rank) => [member, rank < extra ? base + 1 : base]));
}
