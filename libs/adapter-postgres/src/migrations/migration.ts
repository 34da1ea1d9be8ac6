/** One step forward. There are no steps back: a mistake is put right by the next one. */
export interface Migration {
  /** `yyyymmddhhmmss-name`: what sorts first is applied first. */
  readonly id: string;
  /** Any number of statements; they run in one transaction. */
  readonly sql: string;
  /**
   * For the second step of two, which takes away or forbids what programs used to use: the release whose programs first did
   * without. It may go out only when no older one runs any more (docs/operations/upgrade.md).
   */
  readonly afterRelease?: string;
}
