/** One step forward. There are no steps back: a mistake is put right by the next one. */
export interface Migration {
  /** `yyyymmddhhmmss-name`: what sorts first is applied first. */
  readonly id: string;
  /** Any number of statements; they run in one transaction. */
  readonly sql: string;
}
