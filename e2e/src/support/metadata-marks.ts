/** Chunks of a WebP file (RFC 9649, section 2.7) and byte marks that carry metadata; none may be in a variant. */
export function metadataMarks(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes);
  const found: string[] = [];
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    if (['EXIF', 'XMP ', 'ICCP'].includes(name)) found.push(name);
    const size = file.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  const text = file.toString('latin1');
  return [...found, ...['Exif\0\0', 'ns.adobe.com', 'Photoshop 3.0'].filter((mark) => text.includes(mark))];
}
