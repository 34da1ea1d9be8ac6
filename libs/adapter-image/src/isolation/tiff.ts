export interface TiffPixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
  /** Whether the fourth channel means anything; it is left out otherwise. */
  readonly alpha: boolean;
  readonly profile?: Uint8Array | undefined;
}

const rowsPerStrip = 64;
const short = 3;
const long = 4;
const bytesOf: Readonly<Record<number, number>> = { 3: 2, 4: 4, 7: 1 };

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly values: readonly number[] | Uint8Array;
}

/**
 * Wraps pixels into an uncompressed TIFF (TIFF 6.0, little-endian): the one form in which sharp takes raw pixels
 * together with their colour profile.
 */
export function toTiff({ width, height, rgba, alpha, profile }: TiffPixels): Buffer {
  const channels = alpha ? 4 : 3;
  const rowBytes = width * channels;
  const strips = Math.ceil(height / rowsPerStrip);
  const stripBytes = (strip: number) => rowBytes * Math.min(rowsPerStrip, height - strip * rowsPerStrip);
  const entries = (pixelsAt: number): Entry[] => [
    { tag: 256, type: long, values: [width] },
    { tag: 257, type: long, values: [height] },
    { tag: 258, type: short, values: new Array<number>(channels).fill(8) },
    { tag: 259, type: short, values: [1] }, // not compressed
    { tag: 262, type: short, values: [2] }, // RGB
    {
      tag: 273,
      type: long,
      values: Array.from({ length: strips }, (_strip, i) => pixelsAt + i * rowBytes * rowsPerStrip),
    },
    { tag: 277, type: short, values: [channels] },
    { tag: 278, type: long, values: [rowsPerStrip] },
    { tag: 279, type: long, values: Array.from({ length: strips }, (_strip, i) => stripBytes(i)) },
    ...(alpha ? [{ tag: 338, type: short, values: [2] }] : []), // alpha, not premultiplied
    ...(profile ? [{ tag: 34675, type: 7, values: profile }] : []),
  ];
  const directory = writeDirectory(entries(writeDirectory(entries(0)).length));
  const tiff = Buffer.allocUnsafe(directory.length + rowBytes * height);
  directory.copy(tiff);
  copyPixels(rgba, tiff.subarray(directory.length), channels);
  return tiff;
}

/** The header and the one directory, with what does not fit into its entries behind it. */
function writeDirectory(entries: readonly Entry[]): Buffer {
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  const extras: Buffer[] = [];
  let extraAt = 8 + table.length;
  table.writeUInt16LE(entries.length);
  for (const [index, { tag, type, values }] of entries.entries()) {
    const at = 2 + index * 12;
    const data = pack(type, values);
    table.writeUInt16LE(tag, at);
    table.writeUInt16LE(type, at + 2);
    table.writeUInt32LE(values.length, at + 4);
    if (data.length <= 4) data.copy(table, at + 8);
    else {
      table.writeUInt32LE(extraAt, at + 8);
      const padded = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
      extras.push(padded);
      extraAt += padded.length;
    }
  }
  return Buffer.concat([Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]), table, ...extras]);
}

function pack(type: number, values: readonly number[] | Uint8Array): Buffer {
  if (values instanceof Uint8Array) return Buffer.from(values);
  const size = bytesOf[type] ?? 1;
  const data = Buffer.alloc(values.length * size);
  values.forEach((value, index) => data.writeUIntLE(value, index * size, size));
  return data;
}

function copyPixels(rgba: Uint8ClampedArray, target: Buffer, channels: 3 | 4): void {
  if (channels === 4) {
    target.set(rgba);
    return;
  }
  for (let from = 0, to = 0; to < target.length; from += 4, to += 3) {
    target[to] = rgba[from] ?? 0;
    target[to + 1] = rgba[from + 1] ?? 0;
    target[to + 2] = rgba[from + 2] ?? 0;
  }
}
