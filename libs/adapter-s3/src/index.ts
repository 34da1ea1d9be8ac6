export { openS3, type S3 } from './open-s3.ts';
export {
  s3Problems,
  s3SettingsOf,
  s3Variables,
  type AwsCredentials,
  type CloudFrontSettings,
  type S3Environment,
  type S3Settings,
} from './s3-settings.ts';
export { S3ObjectMaintenance } from './s3-object-maintenance.ts';
export { S3ObjectStore } from './s3-object-store.ts';
export { S3UrlSigner } from './s3-url-signer.ts';
export { planBucket, type BucketPlan, type BucketPlanOptions } from './setup/bucket-plan.ts';
export { ensureBucket, setUpBucket } from './setup/setup-bucket.ts';
export { inspectBucket, type BucketFacts } from './setup/inspect-bucket.ts';
