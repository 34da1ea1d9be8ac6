import { compositeChecksum, declaredChecksum, Digests, type ChecksumAlgorithm } from './checksums.ts';

/** Of "123456789": the check values of the CRC catalogues, and hashes as sha1sum and sha256sum give them. */
const CHECK: Record<ChecksumAlgorithm, string> = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

describe('checksums', () => {
  it.each(Object.entries(CHECK) as [ChecksumAlgorithm, string][])(
    '%s, in one piece and in several',
    (algorithm, expected) => {
      const whole = new Digests([algorithm]);
      whole.update(Buffer.from('123456789'));
      const pieces = new Digests([algorithm]);
      for (const piece of ['1', '', '2345', '6789']) pieces.update(Buffer.from(piece));
      expect([whole.bytes(algorithm).toString('hex'), pieces.bytes(algorithm).toString('hex')]).toEqual([
        expected,
        expected,
      ]);
      expect(whole.bytes(algorithm)).toBe(whole.bytes(algorithm));
    },
  );
  it('a composite one counts its parts', () => {
    expect(compositeChecksum('CRC32', ['y/Q5Jg==', 'y/Q5Jg==']).value).toMatch(/^[A-Za-z0-9+/]{6}==-2$/);
  });
  it('refuses several, and what cannot be of that algorithm', () => {
    const headers = (given: Record<string, string>) => () => declaredChecksum((name) => given[name]);
    expect(headers({})()).toBeUndefined();
    expect(headers({ 'x-amz-checksum-crc32': 'y/Q5Jg==' })()).toEqual({
      algorithm: 'CRC32',
      value: 'y/Q5Jg==',
    });
    expect(headers({ 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-crc32c': 'y/Q5Jg==' })).toThrow(
      'single',
    );
    expect(headers({ 'x-amz-checksum-sha256': 'y/Q5Jg==' })).toThrow('invalid');
  });
});
