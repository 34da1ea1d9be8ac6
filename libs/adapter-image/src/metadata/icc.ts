import { plainText } from './plain-json.ts';

/** The description in an ICC profile, such as `Display P3`, or undefined (ICC.1, tag `desc` of v2 or v4). */
export function profileName(profile: Uint8Array): string | undefined {
  const view = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (view.length < 132) return undefined;
  const count = Math.min(view.readUInt32BE(128), 100);
  for (let at = 132; at + 12 <= Math.min(view.length, 132 + count * 12); at += 12) {
    if (view.toString('latin1', at, at + 4) !== 'desc') continue;
    const from = view.readUInt32BE(at + 4);
    const length = Math.min(view.readUInt32BE(at + 8), 2_000);
    return from + length <= view.length ? descriptionOf(view.subarray(from, from + length)) : undefined;
  }
  return undefined;
}

function descriptionOf(tag: Buffer): string | undefined {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc' && tag.length > 12)
    return plainText(tag.toString('latin1', 12, 12 + tag.readUInt32BE(8)));
  if (type !== 'mluc' || tag.length < 28) return undefined;
  const text = tag.subarray(tag.readUInt32BE(24)).subarray(0, tag.readUInt32BE(20));
  return plainText(new TextDecoder('utf-16be').decode(text));
}
