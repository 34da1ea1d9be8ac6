import type { AcceptOutcome } from '@darkroom/domain';

/** Counts since the relay was started; for metrics. */
export interface RelayStats {
  received: number;
  /** Outcomes of acceptance, by kind. */
  readonly outcomes: Record<AcceptOutcome['kind'], number>;
  /** Refusals, by failure code. */
  readonly refusals: Record<string, number>;
  testEvents: number;
  /** Of another bucket, outside `incoming/`, or of another kind than "created". */
  foreign: number;
  buried: number;
  /** Tries that failed for another reason than an outage; the message comes again. */
  failures: number;
  outages: number;
  /** Put off for longer, since what one upload needs is away. */
  hidden: number;
  removed: number;
}

export function newRelayStats(): RelayStats {
  return {
    received: 0,
    outcomes: { accepted: 0, rejected: 0, settled: 0, absent: 0, unknown: 0 },
    refusals: {},
    testEvents: 0,
    foreign: 0,
    buried: 0,
    failures: 0,
    outages: 0,
    hidden: 0,
    removed: 0,
  };
}
