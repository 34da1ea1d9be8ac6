import type { Deviations } from './suite.fixture.ts';

/** Where ministack 1.5.33 does not do what S3 and SQS do; each of these tests must fail against it. */
export const ministackDeviations: Deviations = {};
