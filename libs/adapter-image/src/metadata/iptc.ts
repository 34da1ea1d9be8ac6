import ExifReader from 'exifreader';
import { plainText, type Json } from './plain-json.ts';
import { tagsOf, type Tag } from './tags.ts';

export interface IptcBlock {
  readonly iptc: Readonly<Record<string, Json>>;
  readonly warnings: readonly string[];
}

const maxBytes = 65_533;
const lists = new Set(['Keywords', 'ByLine', 'SupplementalCategory', 'SubjectReference']);
const left = new Set(['RecordVersion', 'ModelVersion', 'CodedCharacterSet', 'EnvelopeRecordVersion']);

/** Reads an IPTC block as it stands in a Photoshop segment (IIM 4.2). Never throws. */
export function readIptc(block: Uint8Array): IptcBlock {
  if (block.length > maxBytes) return { iptc: {}, warnings: ['IPTC is longer than is read'] };
  try {
    return { iptc: toJson(tagsOf(ExifReader.load(asJpeg(block), { expanded: true }), 'iptc')), warnings: [] };
  } catch (error) {
    return { iptc: {}, warnings: [`IPTC cannot be read: ${plainText(String(error)).slice(0, 200)}`] };
  }
}

/** ExifReader finds IPTC in JPEG files alone: a file of nothing but that segment. */
function asJpeg(block: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(block.length + 2);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xed]), length, block, Buffer.from([0xff, 0xd9])]);
}

function toJson(tags: object): Record<string, Json> {
  const json: Record<string, Json> = {};
  for (const [label, tag] of Object.entries(tags)) {
    const name = label.replace(/[^A-Za-z]/g, '');
    if (left.has(name) || /^\d/.test(label) || name === '') continue;
    const items: readonly Tag[] = Array.isArray(tag) ? (tag as Tag[]) : [tag as Tag];
    const texts = items.map(({ description }) =>
      plainText(typeof description === 'string' ? description : ''),
    );
    const filled = texts.filter((text) => text !== '').slice(0, 64);
    const [first] = filled;
    if (first !== undefined) json[name] = filled.length > 1 || lists.has(name) ? filled : first;
  }
  return joinDate(joinDate(json, 'DateCreated', 'TimeCreated'), 'DigitalCreationDate', 'DigitalCreationTime');
}

/** Two tags make one date with its offset. */
function joinDate(json: Record<string, Json>, date: string, time: string): Record<string, Json> {
  const { [date]: day, [time]: clock, ...others } = json;
  if (typeof day !== 'string' || typeof clock !== 'string') return json;
  const joined = `${day}T${clock}`;
  return Number.isNaN(Date.parse(joined)) ? json : { ...others, [date]: joined };
}
