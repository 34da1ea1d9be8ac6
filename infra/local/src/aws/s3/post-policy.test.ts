import { createHmac } from 'node:crypto';
import { verifyPostPolicy } from './post-policy.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const context = {
  credentials: { accessKeyId: 'AK', secretAccessKey: 'secret' },
  region: 'eu-west-1',
  service: 's3' as const,
  now,
};
const scope = '20261122/eu-west-1/s3/aws4_request';

const verify = (conditions: unknown, form: Record<string, string>, more: object = {}) => {
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `AK/${scope}`,
    'x-amz-date': '20261122T110000Z',
  };
  const all = Array.isArray(conditions)
    ? [...conditions, ...Object.entries(signing).map(([name, value]) => ({ [name]: value }))]
    : conditions;
  const policy = Buffer.from(
    JSON.stringify({ expiration: '2026-11-22T12:00:01Z', conditions: all, ...more }),
  ).toString('base64');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((one, part) => createHmac('sha256', one).update(part).digest(), 'AWS4secret');
  const signature = createHmac('sha256', key).update(policy).digest('hex');
  return () =>
    verifyPostPolicy(
      new Map(Object.entries({ ...signing, policy, 'x-amz-signature': signature, ...form })),
      'pics',
      context,
    );
};
const refused = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('POST policy', () => {
  it('gives the narrowest of its ranges of sizes', () => {
    expect(
      verify(
        [
          ['content-length-range', 1, 10],
          ['content-length-range', 5, 20],
          ['eq', '$key', 'a'],
        ],
        { key: 'a' },
      )(),
    ).toEqual({ min: 5, max: 10 });
    expect(verify([{ key: 'a' }], { key: 'a' })()).toMatchObject({ min: 0 });
  });
  it('names are compared without case, values with', () => {
    expect(
      verify([['EQ', '$KEY', 'a'], { 'Content-Type': 'image/png' }], {
        key: 'a',
        'content-type': 'image/png',
      }),
    ).not.toThrow();
    expect(verify([['eq', '$key', 'A']], { key: 'a' })).toThrow(
      refused('AccessDenied', /Policy Condition failed/),
    );
  });
  it('an empty starts-with takes anything, but the field must be there', () => {
    expect(verify([['starts-with', '$key', '']], { key: 'anything' })).not.toThrow();
    expect(
      verify(
        [
          ['starts-with', '$key', ''],
          ['starts-with', '$x-amz-meta-a', ''],
        ],
        { key: 'a' },
      ),
    ).toThrow(refused('AccessDenied'));
  });
  it('each of several content types must match', () => {
    const condition = [
      ['starts-with', '$key', ''],
      ['starts-with', '$Content-Type', 'image/'],
    ];
    expect(verify(condition, { key: 'a', 'content-type': 'image/png, image/jpeg' })).not.toThrow();
    expect(verify(condition, { key: 'a', 'content-type': 'image/png, text/html' })).toThrow(
      refused('AccessDenied'),
    );
  });
  it('the bucket is that of the address, whatever a field says', () => {
    expect(verify([{ key: 'a' }, { bucket: 'pics' }], { key: 'a' })).not.toThrow();
    expect(verify([{ key: 'a' }, { bucket: 'other' }], { key: 'a', bucket: 'other' })).toThrow(
      refused('AccessDenied'),
    );
  });
  it('fields that no condition names are extra', () => {
    expect(verify([{ key: 'a' }], { key: 'a', acl: 'public-read' })).toThrow(
      refused('AccessDenied', /Extra input fields: acl/),
    );
  });
  it('holds until its expiration and not a moment longer', () => {
    expect(verify([{ key: 'a' }], { key: 'a' }, { expiration: '2026-11-22T12:00:00Z' })).toThrow(
      refused('AccessDenied', /expired/),
    );
    expect(verify([{ key: 'a' }], { key: 'a' }, { expiration: 'tomorrow' })).toThrow(
      refused('InvalidPolicyDocument'),
    );
  });
  it('a document of another form is InvalidPolicyDocument', () => {
    expect(verify('none', { key: 'a' })).toThrow(refused('InvalidPolicyDocument'));
    expect(verify([['matches', '$key', 'a']], { key: 'a' })).toThrow(refused('InvalidPolicyDocument'));
    expect(verify([['eq', 'key', 'a']], { key: 'a' })).toThrow(refused('InvalidPolicyDocument'));
  });
  it('without signature it is InvalidArgument, with one of version 2 InvalidRequest', () => {
    expect(() =>
      verifyPostPolicy(
        new Map([
          ['policy', 'e30='],
          ['key', 'a'],
        ]),
        'pics',
        context,
      ),
    ).toThrow(refused('InvalidArgument', /X-Amz-Algorithm/));
    expect(verify([{ key: 'a' }], { key: 'a', awsaccesskeyid: 'AK' })).toThrow(refused('InvalidRequest'));
  });
});
