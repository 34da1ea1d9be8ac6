import { crc32 as zlibCrc32 } from 'node:zlib';

/** A running checksum over chunks. */
export interface RunningCrc {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

export const crc32 = (): RunningCrc => {
  let value = 0;
  return {
    update: (chunk) => void (value = zlibCrc32(chunk, value)),
    digest: () => uint32(value),
  };
};

/** CRC-32C (Castagnoli), which zlib lacks. */
export const crc32c = (): RunningCrc => {
  let value = 0xffffffff;
  return {
    update: (chunk) => {
      for (const byte of chunk) value = at(CASTAGNOLI, (value ^ byte) & 0xff) ^ (value >>> 8);
    },
    digest: () => uint32((value ^ 0xffffffff) >>> 0),
  };
};

/** CRC-64/NVME, kept as two 32-bit halves: BigInt would be a hundred times slower. */
export const crc64nvme = (): RunningCrc => {
  let [high, low] = [0xffffffff, 0xffffffff];
  return {
    update: (chunk) => {
      for (const byte of chunk) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ at(NVME.low, index);
        high = (high >>> 8) ^ at(NVME.high, index);
      }
    },
    digest: () => Buffer.concat([uint32(~high >>> 0), uint32(~low >>> 0)]),
  };
};

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const at = (table: Uint32Array, index: number): number => table[index] ?? 0;

const CASTAGNOLI = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

const NVME = (() => {
  const [high, low] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return { high, low };
})();
