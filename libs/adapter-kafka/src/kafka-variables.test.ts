import { z } from 'zod';
import { mskToken } from './msk-token.ts';
import { kafkaProblems, kafkaSettingsOf, kafkaVariables } from './kafka-variables.ts';

const schema = z.object(kafkaVariables);
const brokers = { KAFKA_BROKERS: 'one:9092, two:9092' };

describe('the variables of Kafka', () => {
  it('need brokers', () => {
    expect(kafkaProblems(schema.parse({}))).toEqual([
      { variable: 'KAFKA_BROKERS', message: 'is needed with EVENT_BUS=kafka' },
    ]);
  });

  it('need user and password for SCRAM', () => {
    const env = schema.parse({ ...brokers, KAFKA_SASL_MECHANISM: 'scram-sha-512' });
    expect(kafkaProblems(env).map(({ variable }) => variable)).toEqual([
      'KAFKA_SASL_USERNAME',
      'KAFKA_SASL_PASSWORD',
    ]);
    const whole = schema.parse({
      ...brokers,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'darkroom',
      KAFKA_SASL_PASSWORD: 'secret',
    });
    expect(kafkaProblems(whole)).toEqual([]);
    expect(kafkaSettingsOf(whole, 'test').sasl).toEqual({
      mechanism: 'scram-sha-512',
      username: 'darkroom',
      password: 'secret',
    });
  });

  it('need TLS and no password for IAM', () => {
    const env = { ...brokers, KAFKA_SASL_MECHANISM: 'aws-msk-iam' };
    expect(kafkaProblems(schema.parse(env)).map(({ variable }) => variable)).toEqual(['KAFKA_TLS']);
    const whole = schema.parse({ ...env, KAFKA_TLS: 'true', AWS_REGION: 'eu-central-1' });
    expect(kafkaProblems(whole)).toEqual([]);
    expect(kafkaSettingsOf(whole, 'test').sasl).toEqual({ mechanism: 'aws-msk-iam', region: 'eu-central-1' });
  });
});

describe('the token for MSK', () => {
  it('is a signed request to connect', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' });
    const url = new URL(Buffer.from(await mskToken('eu-central-1'), 'base64url').toString());
    expect(url.host).toBe('kafka.eu-central-1.amazonaws.com');
    expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
    expect(url.searchParams.get('X-Amz-Credential')).toContain('AKIAEXAMPLE');
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });
});
