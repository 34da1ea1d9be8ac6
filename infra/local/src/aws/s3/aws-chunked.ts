import { AwsError } from '../core/aws-error.ts';
import { hmac, sameSignature, sha256Hex, type VerifiedSignature } from '../core/sigv4.ts';

export interface ChunkedFraming {
  /** The seed for chunk signatures; absent for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly seed?: VerifiedSignature;
  /** Gets the trailing headers, lower-cased, once all data has passed. */
  readonly onTrailers: (trailers: ReadonlyMap<string, string>) => void;
}

const MAX_CHUNK = 16 * 1024 * 1024;
const MAX_LINE = 8 * 1024;
const EMPTY_HASH = sha256Hex('');
const incomplete = (): AwsError =>
  new AwsError('IncompleteBody', 400, 'The request body terminated unexpectedly');
const badFraming = (): AwsError => new AwsError('InvalidRequest', 400, 'The aws-chunked body is malformed.');
const badSignature = (): AwsError =>
  new AwsError('SignatureDoesNotMatch', 403, 'The signature of a chunk does not match what was calculated.');

/**
 * Takes the `aws-chunked` framing off a body, verifying each chunk's signature where they are signed
 * (SigV4, "Signature calculations for the authorization header: transferring payload in multiple chunks").
 * A signed chunk is released only after its signature held.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  framing: ChunkedFraming,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  let previous = framing.seed?.signature ?? '';
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    const data = size > 0 ? await reader.take(size) : Buffer.alloc(0);
    if (framing.seed) {
      const expected = chunkSignature(framing.seed, previous, sha256Hex(data));
      if (!sameSignature(signature, expected)) throw badSignature();
      previous = expected;
    }
    if (size === 0) break;
    if ((await reader.line()) !== '') throw badFraming();
    yield data;
  }
  framing.onTrailers(await readTrailers(reader, framing, previous));
}

const parseChunkHeader = (line: string): { size: number; signature: string } => {
  const [hex = '', ...extensions] = line.split(';');
  if (!/^[0-9a-f]{1,8}$/i.test(hex.trim())) throw badFraming();
  const size = Number.parseInt(hex, 16);
  if (size > MAX_CHUNK) throw badFraming();
  const signature = extensions.find((part) => part.trim().startsWith('chunk-signature='));
  return { size, signature: signature?.trim().slice('chunk-signature='.length) ?? '' };
};

const readTrailers = async (
  reader: ByteReader,
  framing: ChunkedFraming,
  previous: string,
): Promise<ReadonlyMap<string, string>> => {
  const trailers = new Map<string, string>();
  let canonical = '';
  for (let line = await reader.lineOrEnd(); line; line = await reader.lineOrEnd()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size > 20) throw badFraming();
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    if (name !== 'x-amz-trailer-signature') canonical += `${name}:${value}\n`;
    trailers.set(name, value);
  }
  if (framing.seed && canonical !== '') {
    const { amzDate, scope, signingKey } = framing.seed;
    const toSign = ['AWS4-HMAC-SHA256-TRAILER', amzDate, scope, previous, sha256Hex(canonical)].join('\n');
    const expected = hmac(signingKey, toSign).toString('hex');
    if (!sameSignature(trailers.get('x-amz-trailer-signature') ?? '', expected)) throw badSignature();
  }
  return trailers;
};

const chunkSignature = (seed: VerifiedSignature, previous: string, hash: string): string =>
  hmac(
    seed.signingKey,
    ['AWS4-HMAC-SHA256-PAYLOAD', seed.amzDate, seed.scope, previous, EMPTY_HASH, hash].join('\n'),
  ).toString('hex');

/** Reads lines and counted bytes from a stream, holding no more than one chunk. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const line = await this.lineOrEnd();
    if (line === undefined) throw incomplete();
    return line;
  }

  /** The next line without its CRLF; undefined at the end of the body. */
  async lineOrEnd(): Promise<string | undefined> {
    for (let from = 0; ;) {
      const end = this.#buffered.indexOf('\r\n', from);
      if (end >= 0) {
        const line = this.#buffered.toString('latin1', 0, end);
        this.#buffered = this.#buffered.subarray(end + 2);
        return line;
      }
      from = Math.max(0, this.#buffered.length - 1);
      if (from > MAX_LINE) throw badFraming();
      const next = await this.#source.next();
      if (next.done) {
        if (this.#buffered.length > 0) throw incomplete();
        return undefined;
      }
      this.#buffered = Buffer.concat([this.#buffered, next.value]);
    }
  }

  async take(size: number): Promise<Buffer> {
    const pieces = [this.#buffered];
    let have = this.#buffered.length;
    while (have < size) {
      const next = await this.#source.next();
      if (next.done) throw incomplete();
      pieces.push(next.value);
      have += next.value.length;
    }
    const all = Buffer.concat(pieces);
    this.#buffered = all.subarray(size);
    return all.subarray(0, size);
  }
}
