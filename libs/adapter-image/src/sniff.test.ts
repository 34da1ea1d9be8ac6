import { readFileSync } from 'node:fs';
import { fixturePath, soundFixtures } from './fixtures.ts';
import { sniffImage, sniffLength } from './sniff.ts';

function ftyp(major: string, ...compatible: string[]): Uint8Array {
  const box = Buffer.alloc(16 + compatible.length * 4);
  box.writeUInt32BE(box.length);
  box.write(`ftyp${major}`, 4, 'latin1');
  compatible.forEach((brand, index) => box.write(brand, 16 + index * 4, 'latin1'));
  return box;
}

describe('sniffImage', () => {
  it.each(soundFixtures)('knows $file as $type', ({ file, type }) => {
    expect(sniffImage(readFileSync(fixturePath(file)).subarray(0, sniffLength))).toBe(type);
  });

  it.each(['script.svg', 'text.jpg', 'empty.jpg'])('takes %s for no image', (file) => {
    expect(sniffImage(readFileSync(fixturePath(file)))).toBeUndefined();
  });

  it.each([
    ['avif', ['mif1'], 'image/avif'],
    ['avis', ['msf1'], 'image/avif'],
    ['mif1', ['miaf', 'avif'], 'image/avif'],
    ['mif1', ['heic'], 'image/heif'],
    ['heic', ['mif1', 'heic'], 'image/heic'],
    ['heix', [], 'image/heic'],
    ['isom', ['mp42', 'avif'], undefined],
    ['qt  ', [], undefined],
  ])('reads the brands %s %j', (major, compatible, type) => {
    expect(sniffImage(ftyp(major, ...compatible))).toBe(type);
  });

  it('is not misled by a head cut anywhere', () => {
    for (const { file, type } of soundFixtures) {
      const head = readFileSync(fixturePath(file)).subarray(0, sniffLength);
      for (let length = 0; length <= head.length; length += 1) {
        const sniffed = sniffImage(head.subarray(0, length));
        expect([undefined, type, 'image/heif']).toContain(sniffed);
      }
    }
  });
});
