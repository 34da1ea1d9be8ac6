import { createHash } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { crc32, crc32c, crc64nvme } from './crc.ts';

/** S3's object checksums (S3 docs, "Checking object integrity"). */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends with `-` and its number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

const HEADER = 'x-amz-checksum-';
const BYTES: Record<ChecksumAlgorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => HEADER + algorithm.toLowerCase();

/** The element of XML documents, e.g. `ChecksumSHA256`. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

export const parseAlgorithm = (text: string): ChecksumAlgorithm => {
  const found = CHECKSUM_ALGORITHMS.find((name) => name === text.toUpperCase());
  if (!found) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  return found;
};

/** The one checksum that headers (or form fields) declare; more than one is refused. */
export const declaredChecksum = (
  lookup: (name: string) => string | undefined,
): { algorithm: ChecksumAlgorithm; value: string } | undefined => {
  const found = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = lookup(checksumHeader(algorithm));
    return value === undefined ? [] : [{ algorithm, value: value.trim() }];
  });
  if (found.length > 1) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const one = found[0];
  if (one) assertWellFormed(one.algorithm, one.value);
  return one;
};

export const assertWellFormed = (algorithm: ChecksumAlgorithm, value: string): void => {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== BYTES[algorithm] || bytes.toString('base64') !== value) {
    throw new AwsError('InvalidRequest', 400, `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
};

export const badDigest = (name: string): AwsError =>
  new AwsError('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);

/** Hashes that run over a body while it is stored. */
export class Digests {
  readonly #running = new Map<
    ChecksumAlgorithm | 'MD5',
    { update(chunk: Uint8Array): unknown; digest(): Buffer }
  >();
  readonly #done = new Map<ChecksumAlgorithm | 'MD5', Buffer>();

  constructor(algorithms: readonly ChecksumAlgorithm[]) {
    this.#running.set('MD5', createHash('md5'));
    for (const algorithm of algorithms) this.#running.set(algorithm, start(algorithm));
  }

  update(chunk: Uint8Array): void {
    for (const hash of this.#running.values()) hash.update(chunk);
  }

  /** The finished hash; throws when it was not asked for at the start. */
  bytes(algorithm: ChecksumAlgorithm | 'MD5'): Buffer {
    const done = this.#done.get(algorithm) ?? this.#running.get(algorithm)?.digest();
    if (!done) throw new Error(`no ${algorithm} was computed`);
    this.#done.set(algorithm, done);
    return done;
  }

  base64(algorithm: ChecksumAlgorithm | 'MD5'): string {
    return this.bytes(algorithm).toString('base64');
  }

  /** The ETag of a body stored in one piece. */
  etag(): string {
    return this.bytes('MD5').toString('hex');
  }
}

/** A multipart object's composite checksum: the hash of its parts' hashes. */
export const compositeChecksum = (algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum => {
  const hash = start(algorithm);
  for (const part of parts) hash.update(Buffer.from(part, 'base64'));
  return { algorithm, value: `${hash.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
};

const start = (algorithm: ChecksumAlgorithm): { update(chunk: Uint8Array): unknown; digest(): Buffer } => {
  if (algorithm === 'CRC32') return crc32();
  if (algorithm === 'CRC32C') return crc32c();
  if (algorithm === 'CRC64NVME') return crc64nvme();
  return createHash(algorithm.toLowerCase());
};
