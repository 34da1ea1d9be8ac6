/** Which records of one partition are under way, and up to where all are done. */
export class PartitionProgress {
  /** In the order of their arrival, which is that of their offsets. */
  readonly #outstanding = new Set<bigint>();
  #lastSeen = -1n;
  #committed = -1n;
  /** The bus was asked to bring no more for now. */
  paused = false;
  /** The partition has left this member: nothing of it may be acknowledged any more. */
  revoked = false;

  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** False for a record that has been taken before: after a rebalance a bus may bring some again. */
  begin(offset: bigint): boolean {
    if (offset <= this.#lastSeen) return false;
    this.#lastSeen = offset;
    this.#outstanding.add(offset);
    return true;
  }

  finish(offset: bigint): void {
    this.#outstanding.delete(offset);
  }

  /** Everything before this is done (the low-water mark); undefined where that was committed already. */
  toCommit(): bigint | undefined {
    const [lowest] = this.#outstanding;
    const mark = lowest ?? this.#lastSeen + 1n;
    return mark > this.#committed && this.#lastSeen >= 0n ? mark : undefined;
  }

  committed(offset: bigint): void {
    if (offset > this.#committed) this.#committed = offset;
  }
}
