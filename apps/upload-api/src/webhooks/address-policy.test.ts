import { kindOfAddress, parseAllowedRanges } from './address-policy.ts';

const none = parseAllowedRanges('false')!;
const own = parseAllowedRanges('true')!;

it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
  expect(kindOfAddress(address, none)).toBe('public');
});

it.each([
  ['this machine', '127.0.0.1'],
  ['this machine', '127.8.9.10'],
  ['this machine', '::1'],
  ['nobody', '0.0.0.0'],
  ['nobody', '::'],
  ['a private network', '10.0.0.1'],
  ['a private network', '172.31.255.255'],
  ['a private network', '192.168.1.1'],
  ['a private network', 'fd12:3456:789a::1'],
  ['a link', '169.254.169.254'],
  ['a link', 'fe80::1'],
  ['a site, as once', 'fec0::1'],
  ['a carrier', '100.64.0.1'],
  ['a carrier', '100.127.255.255'],
  ['IPv4 within IPv6', '::ffff:10.0.0.1'],
  ['IPv4 within IPv6', '::ffff:7f00:1'],
  ['IPv4 within IPv6, as once', '::7f00:1'],
  ['NAT64', '64:ff9b::a00:1'],
  ['NAT64 of one’s own', '64:ff9b:1::a00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001::1'],
  ['documentation', '192.0.2.1'],
  ['documentation', '2001:db8::1'],
  ['benchmarks', '198.18.0.1'],
  ['many', '224.0.0.1'],
  ['many', 'ff02::1'],
  ['everybody', '255.255.255.255'],
  ['nothing yet', '240.0.0.1'],
  ['no address', 'localhost'],
  ['no address', ''],
])('is not sent to %s: %s', (_what, address) => {
  expect(kindOfAddress(address, none)).toBe('refused');
});

it.each(['127.0.0.1', '::1', '10.1.2.3', '192.168.0.7', 'fd00::7', '::ffff:127.0.0.1'])(
  'is sent to %s where one’s own networks are allowed',
  (address) => {
    expect(kindOfAddress(address, own)).toBe('allowed');
  },
);

it.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '169.254.170.2',
  'fd00:ec2::254',
  'fd00:0ec2:0::0254',
  'fd20:ce::254',
  '168.63.129.16',
  '100.100.100.200',
])('never allows what hands out credentials, unless it is named: %s', (address) => {
  const around = parseAllowedRanges('169.254.0.0/16,100.64.0.0/10,168.63.129.0/24,fd00::/8,fd00:ec2::/64')!;
  for (const allowed of [none, own, around]) expect(kindOfAddress(address, allowed)).toBe('refused');
  const named = address.includes('.') ? `${address.replace('::ffff:', '')}/32` : `${address}/128`;
  expect(kindOfAddress(address, parseAllowedRanges(named)!)).toBe('allowed');
});

it('allows what lies beside them', () => {
  const around = parseAllowedRanges('169.254.0.0/16,fd00:ec2::/64')!;
  expect(['169.254.1.1', 'fd00:ec2::1'].map((a) => kindOfAddress(a, around))).toEqual(['allowed', 'allowed']);
});

it('allows ranges by name alone', () => {
  const ranges = parseAllowedRanges('10.1.0.0/16, fd00::/64')!;
  expect(
    ['10.1.9.9', '10.2.0.1', 'fd00::1', 'fd00:1::1', '127.0.0.1'].map((a) => kindOfAddress(a, ranges)),
  ).toEqual(['allowed', 'refused', 'allowed', 'refused', 'refused']);
});

it.each(['yes', '10.0.0.0', '10.0.0.0/33', 'localhost/8', '10.0.0.0/8,,'])(
  'refuses %s as a setting',
  (text) => {
    expect(parseAllowedRanges(text)).toBeUndefined();
  },
);
