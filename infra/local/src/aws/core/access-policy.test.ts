import { evaluatePolicy, isPublicPolicy, parsePolicy, type AccessRequest } from './access-policy.ts';

const policy = (...Statement: object[]) => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
const read: AccessRequest = {
  principal: 'anonymous',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::pics/images/a.webp',
  context: {},
};
const allow = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::pics/images/*',
};

describe('access policy', () => {
  it('allows what a statement names, and nothing else', () => {
    expect(evaluatePolicy(policy(allow), read)).toBe('allow');
    expect(evaluatePolicy(policy(allow), { ...read, action: 's3:PutObject' })).toBe('none');
    expect(evaluatePolicy(policy(allow), { ...read, resource: 'arn:aws:s3:::pics/originals/a' })).toBe(
      'none',
    );
    expect(evaluatePolicy(policy({ ...allow, Principal: { AWS: '*' } }), read)).toBe('allow');
    expect(evaluatePolicy(policy({ ...allow, Principal: { Service: 's3.amazonaws.com' } }), read)).toBe(
      'none',
    );
  });
  it('an explicit deny beats every allow', () => {
    expect(evaluatePolicy(policy(allow, { ...allow, Effect: 'Deny' }), read)).toBe('deny');
  });
  it('wildcards are * and ?, other signs stand for themselves', () => {
    const with_ = (Resource: string) => evaluatePolicy(policy({ ...allow, Resource }), read);
    expect([
      with_('arn:aws:s3:::pics/images/?.webp'),
      with_('arn:aws:s3:::pics/images/a+webp'),
      with_('arn:aws:s3:::pics/images/a'),
    ]).toEqual(['allow', 'none', 'none']);
    expect(evaluatePolicy(policy({ ...allow, Action: 's3:*' }), read)).toBe('allow');
  });
  it.each([
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::pi*' } }, 'allow'],
    [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::other' } }, 'none'],
    [{ StringEquals: { 'aws:SourceAccount': ['1', '000000000000'] } }, 'allow'],
    [{ StringEquals: { 'aws:Missing': 'x' } }, 'none'],
    [{ StringEqualsIfExists: { 'aws:Missing': 'x' } }, 'allow'],
    [{ StringNotEquals: { 'aws:SourceAccount': '000000000000' } }, 'none'],
    [{ Bool: { 'aws:SecureTransport': true } }, 'allow'],
    [{ ArnLike: { 'aws:SourceArn': '*' }, StringEquals: { 'aws:SourceAccount': 'x' } }, 'none'],
  ])('holds to the condition %j: %s', (Condition, verdict) => {
    const context = {
      'aws:sourcearn': 'arn:aws:s3:::pics',
      'aws:sourceaccount': '000000000000',
      'aws:securetransport': 'true',
    };
    expect(evaluatePolicy(policy({ ...allow, Condition }), { ...read, context })).toBe(verdict);
  });
  it('is public when everyone is let in without a condition', () => {
    expect(isPublicPolicy(policy(allow))).toBe(true);
    expect(isPublicPolicy(policy({ ...allow, Effect: 'Deny' }))).toBe(false);
    expect(
      isPublicPolicy(policy({ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } })),
    ).toBe(false);
  });
  it.each([
    '',
    '{}',
    '{"Statement": []}',
    '{"Statement": {"Effect": "Perhaps"}}',
    JSON.stringify({ Statement: { ...allow, Condition: { NumericLessThan: { a: '1' } } } }),
    JSON.stringify({ Statement: { ...allow, NotAction: 'x' } }),
  ])('refuses %s as MalformedPolicy', (text) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'MalformedPolicy' }));
  });
});
