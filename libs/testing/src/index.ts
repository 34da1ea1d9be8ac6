export { launchBrowser } from './browser.ts';
export { Client, post, type Answer, type Presigned, type PresignOptions } from './client.ts';
export { startStack, type StackDescription, type StackOptions, type TestStack } from './stack.ts';
export { testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { describeKafka, hasKafka, testKafka, type TestKafka } from './test-kafka.ts';
export { describeBuses, runningTarget, type RunningTarget } from './test-target.ts';
export { waitFor, type WaitOptions } from './wait-for.ts';
export { testS3, type TestS3 } from './test-s3.ts';
export { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
