import { createHash, randomBytes } from 'node:crypto';
import { createSha256 } from './incremental-sha256.ts';

const digestOf = (...pieces: Uint8Array[]) => {
  const hash = createSha256();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('createSha256', () => {
  it('gives the digests of FIPS 180-4', () => {
    expect(digestOf()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('agrees with node:crypto on every length up to four blocks', () => {
    for (let length = 0; length <= 256; length += 1) {
      const bytes = randomBytes(length);
      expect(digestOf(bytes)).toBe(expected(bytes));
    }
  });

  it('does not mind how the bytes are cut', () => {
    const bytes = randomBytes(5_000);
    for (const cut of [1, 7, 63, 64, 65, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, n) =>
        bytes.subarray(n * cut, (n + 1) * cut),
      );
      expect(digestOf(...pieces)).toBe(expected(bytes));
    }
  });
});
