/**
 * SHA-256 a piece at a time (FIPS 180-4, https://csrc.nist.gov/pubs/fips/180-4/upd1/final). WebCrypto has it for
 * whole buffers only, and a library would be a third of what this package may weigh.
 */
export interface IncrementalSha256 {
  /** Takes more bytes. */
  update(bytes: Uint8Array): void;
  /** Ends it, and answers the digest in lower-case hexadecimal. To be called once. */
  digest(): string;
}

const blockBytes = 64;

export function createSha256(): IncrementalSha256 {
  const { state, constants } = start();
  const words = new Int32Array(64);
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  let filled = 0;
  let total = 0;

  const add = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < blockBytes) return;
      compress(state, constants, words, view);
      filled = 0;
    }
  };
  return {
    update: (bytes) => {
      total += bytes.length;
      add(bytes);
    },
    digest: () => {
      // A one, zeros, and the number of bits in the last eight bytes of a block.
      const tail = new Uint8Array(((blockBytes + 55 - filled) % blockBytes) + 9);
      tail[0] = 0x80;
      const bits = new DataView(tail.buffer, tail.length - 8);
      bits.setUint32(0, Math.floor(total / 2 ** 29));
      bits.setUint32(4, (total * 8) >>> 0);
      add(tail);
      return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}

/** The first 32 bits of the fractions of the roots of the first primes: square roots for the state, cube roots else. */
function start() {
  const state = new Int32Array(8);
  const constants = new Int32Array(64);
  const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
  for (let n = 2, count = 0; count < 64; n += 1) {
    if (!isPrime(n)) continue;
    if (count < 8) state[count] = fraction(Math.sqrt(n));
    constants[count] = fraction(Math.cbrt(n));
    count += 1;
  }
  return { state, constants };
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return true;
}

const turned = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));

/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below the length of its array */
function compress(state: Int32Array, constants: Int32Array, words: Int32Array, block: DataView): void {
  for (let i = 0; i < 64; i += 1) {
    if (i < 16) words[i] = block.getInt32(i * 4);
    else {
      const early = words[i - 15]!;
      const late = words[i - 2]!;
      const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
    }
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + words[i]!) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
