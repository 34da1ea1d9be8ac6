import { z } from 'zod';
import { s3Problems, s3SettingsOf, s3Variables } from './s3-settings.ts';

const read = (env: Record<string, string>) => z.object(s3Variables).parse({ S3_BUCKET: 'pictures', ...env });

it('leaves credentials to the AWS chain where none are given', () => {
  expect(s3SettingsOf(read({}))).toMatchObject({
    bucket: 'pictures',
    region: 'us-east-1',
    credentials: undefined,
    cloudFront: undefined,
  });
});

it('takes what is given', () => {
  const settings = s3SettingsOf(
    read({
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      S3_FORCE_PATH_STYLE: 'false',
      CLOUDFRONT_BASE_URL: 'https://d1.example',
      CLOUDFRONT_KEY_PAIR_ID: 'K1',
      CLOUDFRONT_PRIVATE_KEY: 'line 1\\nline 2',
    }),
  );
  expect(settings).toMatchObject({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    forcePathStyle: false,
    cloudFront: { keyPairId: 'K1', privateKey: 'line 1\nline 2' },
  });
});

it.each([
  [{ AWS_ACCESS_KEY_ID: 'a' }, ['AWS_SECRET_ACCESS_KEY']],
  [{ AWS_SECRET_ACCESS_KEY: 'a' }, ['AWS_ACCESS_KEY_ID']],
  [{ CLOUDFRONT_KEY_PAIR_ID: 'K1' }, ['CLOUDFRONT_BASE_URL', 'CLOUDFRONT_PRIVATE_KEY']],
  [{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, []],
])('names the half that is missing: %j', (env, variables) => {
  expect(s3Problems(read(env)).map(({ variable }) => variable)).toEqual(variables);
});
