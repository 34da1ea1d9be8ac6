interface Refusal {
  /** The example that is changed. */
  readonly like: 'small.yaml' | 'medium.yaml' | 'large.yaml';
  readonly set: string;
  /** What the chart must say then. */
  readonly says: RegExp;
}

/** Values that are missing or wrong, and that the chart must refuse by name. */
export const refusals: readonly Refusal[] = [
  { like: 'small.yaml', set: 's3.bucket=', says: /s3\.bucket is needed/ },
  { like: 'small.yaml', set: 'eventBus=rabbit', says: /eventBus/ },
  { like: 'small.yaml', set: 'kafka.partitions=24', says: /partitions/ },
  { like: 'small.yaml', set: 'variantWorker.replica=3', says: /replica/ },
  {
    like: 'small.yaml',
    set: 'auth.existingSecret=,auth.jwksUrl=',
    says: /auth\.existingSecret or auth\.jwksUrl/,
  },
  { like: 'small.yaml', set: 'eventBus=kafka', says: /kafka\.brokers is needed/ },
  { like: 'medium.yaml', set: 'kafka.sasl.existingSecret=', says: /kafka\.sasl\.existingSecret is needed/ },
  { like: 'medium.yaml', set: 'kafka.tls.enabled=false', says: /kafka\.tls\.caSecret needs/ },
  { like: 'large.yaml', set: 'kafka.tls.enabled=false', says: /aws-msk-iam needs kafka\.tls\.enabled/ },
  { like: 'large.yaml', set: 's3.cloudFront.keyPairId=', says: /s3\.cloudFront/ },
  { like: 'large.yaml', set: 'relay.autoscaling.minReplicas=33', says: /minReplicas is more than/ },
  {
    like: 'large.yaml',
    set: 'variantWorker.autoscaling.minReplicas=13,variantWorker.autoscaling.maxReplicas=14',
    says: /more than the 12 partitions/,
  },
  { like: 'large.yaml', set: 'keda.identityOwner=workload', says: /needs the annotation .* of relay/ },
  {
    like: 'medium.yaml',
    set: 'keda.roleArn=arn:aws:iam::123456789012:role/keda',
    says: /keda\.roleArn: not with/,
  },
  { like: 'small.yaml', set: 'keda.roleArn=keda', says: /roleArn/ },
  { like: 'small.yaml', set: 'variantWorker.graceSeconds=199', says: /graceSeconds/ },
  { like: 'small.yaml', set: 'metadataWorker.graceSeconds=60', says: /graceSeconds/ },
  {
    like: 'small.yaml',
    set: 'inspector.url=http://scanner,inspector.timeoutMs=20000',
    says: /api\.graceSeconds: at least 51 /,
  },
  { like: 'small.yaml', set: 'cleanup.schedules.Odd.schedule=5 * * * *', says: /Odd/ },
];
