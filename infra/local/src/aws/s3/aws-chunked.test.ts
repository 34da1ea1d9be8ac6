import { decodeAwsChunked } from './aws-chunked.ts';

const decode = async (
  body: string,
  pieces = 1,
): Promise<{ data: string; trailers: Record<string, string> }> => {
  let trailers: ReadonlyMap<string, string> = new Map();
  const source = async function* () {
    const bytes = Buffer.from(body);
    const size = Math.max(1, Math.ceil(bytes.length / pieces));
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  };
  const chunks: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(source(), { onTrailers: (given) => void (trailers = given) }))
    chunks.push(chunk);
  return { data: Buffer.concat(chunks).toString(), trailers: Object.fromEntries(trailers) };
};

describe('aws-chunked', () => {
  const body = '5\r\nhello\r\nb\r\n\r\n5\r\nhello\n\r\n0\r\nX-Amz-Checksum-Crc32:abc=\r\n\r\n';
  it.each([1, 2, 7, body.length])('takes the framing off, however it was cut (%d pieces)', async (pieces) => {
    expect(await decode(body, pieces)).toEqual({
      data: 'hello\r\n5\r\nhello\n',
      trailers: { 'x-amz-checksum-crc32': 'abc=' },
    });
  });
  it('an empty body is one chunk of nothing', async () => {
    expect(await decode('0\r\n\r\n')).toEqual({ data: '', trailers: {} });
    expect(await decode('0\r\n')).toEqual({ data: '', trailers: {} });
  });
  it.each(['', '5\r\nhel', '5\r\nhello\r\n', '5\r\nhello', '0\r\nx:1'])(
    'a body that ends too soon is IncompleteBody: %j',
    async (text) => {
      await expect(decode(text)).rejects.toMatchObject({ code: 'IncompleteBody' });
    },
  );
  it.each(['hello\r\n', '5\r\nhelloo\r\n0\r\n\r\n', '-1\r\n\r\n', 'ffffffff\r\n', '0\r\nno colon\r\n\r\n'])(
    'bad framing is refused: %j',
    async (text) => {
      await expect(decode(text)).rejects.toMatchObject({ code: 'InvalidRequest' });
    },
  );
});
