import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseAllowedRanges } from './address-policy.ts';
import { approveTarget, dnsResolver, type ResolveHost } from './target.ts';

const none = parseAllowedRanges('false')!;
const own = parseAllowedRanges('true')!;
const at =
  (...addresses: string[]): ResolveHost =>
  () =>
    Promise.resolve(addresses);
const never: ResolveHost = () => Promise.reject(new Error('asked for a name'));

const approve = (url: string, resolve: ResolveHost = never, allowed = none) =>
  approveTarget(url, { allowed, resolve });

it('approves public hosts by https, with the addresses to connect to', async () => {
  const both = at('93.184.216.34', '2606:4700::1');
  expect(await approve('https://hooks.example/a?b=c#d', both)).toEqual({
    url: new URL('https://hooks.example/a?b=c'),
    addresses: ['93.184.216.34', '2606:4700::1'],
  });
  expect((await approve('https://8.8.8.8:8443/')).addresses).toEqual(['8.8.8.8']);
  expect((await approve('https://[2606:4700::1]/')).addresses).toEqual(['2606:4700::1']);
});

it.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://017700000001/',
  'https://127.1/',
  'https://１２７.0.0.1/',
  'https://0/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[::ffff:a00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
])('refuses %s, whatever its spelling', async (url) => {
  await expect(approve(url)).rejects.toThrow('not at a public address');
});

it('refuses names that lead inside, if only in part', async () => {
  await expect(approve('https://inside.example/', at('10.0.0.7'))).rejects.toThrow('not at a public address');
  await expect(approve('https://both.example/', at('8.8.8.8', '127.0.0.1'))).rejects.toThrow(
    'not at a public',
  );
  await expect(approve('https://six.example/', at('8.8.8.8', '::ffff:10.0.0.1'))).rejects.toThrow('not at a');
  await expect(approve('https://localhost/', dnsResolver())).rejects.toThrow('not at a public address');
  await expect(approve('https://a.localhost./', dnsResolver())).rejects.toThrow('not at a public address');
});

it.each([
  ['http://hooks.example/', 'https://'],
  ['ftp://hooks.example/', 'https://'],
  ['file:///etc/passwd', 'https://'],
  ['hooks.example', 'https://'],
  ['', 'https://'],
  ['https://user@hooks.example/', 'user name'],
  ['https://:secret@hooks.example/', 'password'],
  ['https://hooks.example:25/', 'port'],
  ['https://hooks.example:0/', 'port'],
])('refuses %s', async (url, reason) => {
  await expect(approve(url, at('8.8.8.8'))).rejects.toThrow(reason);
});

it('refuses names that nobody knows', async () => {
  await expect(approve('https://nowhere.example/', never)).rejects.toThrow('cannot be found');
  await expect(approve('https://nowhere.example/', at())).rejects.toThrow('cannot be found');
});

it('lets private addresses through where the settings do, by http too, and public ones by https alone', async () => {
  expect((await approve('http://127.0.0.1:3000/', never, own)).addresses).toEqual(['127.0.0.1']);
  expect((await approve('http://shop.internal:3000/', at('10.0.0.7'), own)).addresses).toEqual(['10.0.0.7']);
  expect((await approve('http://localhost:3000/', dnsResolver(), own)).addresses).toEqual([
    '127.0.0.1',
    '::1',
  ]);
  await expect(approve('http://8.8.8.8/', never, own)).rejects.toThrow('https://');
  await expect(approve('http://half.example/', at('8.8.8.8', '10.0.0.7'), own)).rejects.toThrow('https://');
});

it('asks name servers for both families', async () => {
  const server = createSocket('udp4');
  server.on('message', (query, { port, address }) => {
    server.send(answerTo(query), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const resolve = dnsResolver([`127.0.0.1:${server.address().port}`]);
  expect(await resolve('hooks.example')).toEqual(['10.1.2.3', 'fd00::7']);
  await expect(approve('https://hooks.example/', resolve)).rejects.toThrow('not at a public address');
  await expect(resolve('missing.example')).rejects.toThrow('missing.example');
  server.close();
  await once(server, 'close');
});

/** A response (RFC 1035, 4.1) with one address of the type that is asked for; `missing` does not exist. */
function answerTo(query: Buffer): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const missing = question.includes('missing');
  const isV6 = question.readUInt16BE(question.length - 4) === 28;
  const address = isV6 ? Buffer.from('fd000000000000000000000000000007', 'hex') : Buffer.from([10, 1, 2, 3]);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(missing ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(missing ? 0 : 1, 6);
  const record = Buffer.from([0xc0, 12, 0, isV6 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, address.length]);
  return Buffer.concat([header, question, ...(missing ? [] : [record, address])]);
}
