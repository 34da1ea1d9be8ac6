import { AwsError } from '../core/aws-error.ts';
import { headerValue, type AwsRequest } from '../core/request.ts';
import { sha256Hex, UNSIGNED_PAYLOAD, type VerifiedSignature } from '../core/sigv4.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import {
  badDigest,
  declaredChecksum,
  parseAlgorithm,
  Digests,
  type Checksum,
  type ChecksumAlgorithm,
} from './checksums.ts';

/** 5 GiB: the most that one PUT or part may carry. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;
const MAX_DOCUMENT_BYTES = 1024 * 1024;
const CHUNKED = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false },
} as const;

/**
 * The body of a request: its framing removed while it streams, and everything the client declared about it
 * (payload hash, Content-MD5, checksum, length) verified by `verify` when all of it was read.
 */
export class Payload {
  readonly #request: AwsRequest;
  readonly #signature: VerifiedSignature | undefined;
  readonly #lookup: (name: string) => string | undefined;
  #trailers: ReadonlyMap<string, string> = new Map();
  #size = 0;

  constructor(
    request: AwsRequest,
    signature: VerifiedSignature | undefined,
    lookup: (name: string) => string | undefined,
  ) {
    this.#request = request;
    this.#signature = signature;
    this.#lookup = lookup;
  }

  /** The checksum algorithm that the client uses, by header, trailer or announcement. */
  algorithm(): ChecksumAlgorithm | undefined {
    const declared = declaredChecksum(this.#lookup)?.algorithm;
    if (declared) return declared;
    const trailer = this.#lookup('x-amz-trailer')?.trim().toLowerCase();
    if (trailer?.startsWith('x-amz-checksum-'))
      return parseAlgorithm(trailer.slice('x-amz-checksum-'.length));
    return undefined;
  }

  /** Hashes to run over the body so that `verify` can check it; `extra` is one the caller wants besides. */
  digests(extra?: ChecksumAlgorithm): Digests {
    const algorithm = this.algorithm();
    return new Digests([
      ...new Set([
        ...(algorithm ? [algorithm] : []),
        ...(extra ? [extra] : []),
        ...(this.#declaredHash() ? (['SHA256'] as const) : []),
      ]),
    ]);
  }

  async *stream(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#unframed()) {
      this.#size += chunk.length;
      yield chunk;
    }
  }

  /** Throws unless the body was what the client declared; returns its checksum where one was declared. */
  verify(digests: Digests): Checksum | undefined {
    this.#verifyLength();
    const hash = this.#declaredHash();
    if (hash && digests.bytes('SHA256').toString('hex') !== hash) throw hashMismatch();
    const md5 = headerValue(this.#request, 'content-md5');
    if (md5 !== undefined && digests.base64('MD5') !== wellFormedMd5(md5)) throw badDigest('Content-MD5');
    const declared = declaredChecksum((name) => this.#lookup(name) ?? this.#trailers.get(name));
    const announced = this.algorithm();
    if (!declared) {
      if (announced)
        throw new AwsError(
          'MalformedTrailerError',
          400,
          'The request contained trailing data that was not well-formed or did not conform to our published schema.',
        );
      return undefined;
    }
    if (declared.value !== digests.base64(declared.algorithm)) throw badDigest(declared.algorithm);
    return { ...declared, type: 'FULL_OBJECT' };
  }

  /** A small document such as XML or JSON, verified. */
  async text(): Promise<string> {
    const digests = this.digests();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.stream()) {
      size += chunk.length;
      if (size > MAX_DOCUMENT_BYTES)
        throw new AwsError('MaxMessageLengthExceeded', 400, 'Your request was too big.');
      digests.update(chunk);
      chunks.push(chunk);
    }
    this.verify(digests);
    return Buffer.concat(chunks).toString('utf8');
  }

  #unframed(): AsyncIterable<Buffer> {
    const declared = headerValue(this.#request, 'x-amz-content-sha256') ?? UNSIGNED_PAYLOAD;
    const message = this.#request.message;
    if (!(declared in CHUNKED)) {
      if (declared.startsWith('STREAMING-'))
        throw new AwsError('NotImplemented', 501, `${declared} is not implemented`);
      return message;
    }
    const { signed } = CHUNKED[declared as keyof typeof CHUNKED];
    return decodeAwsChunked(message, {
      ...(signed && this.#signature ? { seed: this.#signature } : {}),
      onTrailers: (trailers) => void (this.#trailers = trailers),
    });
  }

  #declaredHash(): string | undefined {
    const value = headerValue(this.#request, 'x-amz-content-sha256');
    return value !== undefined && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
  }

  #verifyLength(): void {
    const decoded = headerValue(this.#request, 'x-amz-decoded-content-length');
    if (decoded !== undefined && Number(decoded) !== this.#size) {
      throw new AwsError(
        'IncompleteBody',
        400,
        'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      );
    }
  }
}

const wellFormedMd5 = (value: string): string => {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== value) {
    throw new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified is not valid.');
  }
  return value;
};

const hashMismatch = (): AwsError =>
  new AwsError(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );

/** For requests whose body is ignored: the hash must still be well formed. */
export const assertPayloadHash = (value: string | undefined): void => {
  if (value === undefined)
    throw new AwsError(
      'InvalidRequest',
      400,
      'Missing required header for this request: x-amz-content-sha256',
    );
  if (value !== UNSIGNED_PAYLOAD && !/^[0-9a-f]{64}$/.test(value) && !value.startsWith('STREAMING-')) {
    throw new AwsError(
      'InvalidArgument',
      400,
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
    );
  }
};

export const EMPTY_PAYLOAD_HASH = sha256Hex('');
