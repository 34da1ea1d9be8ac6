type Tags = Readonly<Record<string, unknown>>;
type Groups = Readonly<Record<'exif' | 'iptc' | 'xmp', Tags>>;

/** exiftool's name → the standard's, where they differ. */
const names: Readonly<Record<string, string>> = {
  ISO: 'ISOSpeedRatings',
  ExposureCompensation: 'ExposureBiasValue',
  CreateDate: 'DateTimeDigitized',
};
/** Numbers that the standards have words for (EXIF 2.32, 4.6.4 and 4.6.5). */
const words: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  ResolutionUnit: { 1: 'Unknown', 2: 'inches' },
  YCbCrPositioning: { 1: 'centered' },
  ColorSpace: { 65535: 'Uncalibrated' },
  Flash: { 16: 'Flash did not fire, compulsory flash mode' },
};
/** Positions are told apart; offsets and fractions belong to their date; the rest is bookkeeping. */
const apart =
  /^GPS|GPS(?:Latitude|Longitude)$|^OffsetTime|^SubSecTime|^(?:ComponentsConfiguration|XMPToolkit|ApplicationRecordVersion|TimeCreated)$/;

/** What exiftool read of a file (`-j -n -G0`), as Darkroom promises to say it. */
export function asDarkroom(theirs: Tags): Groups {
  const groups = {
    exif: {} as Record<string, unknown>,
    iptc: {} as Record<string, unknown>,
    xmp: {} as Record<string, unknown>,
  };
  for (const [tag, value] of Object.entries(theirs)) {
    const [group = '', name = ''] = tag.split(':');
    if (apart.test(name)) continue;
    if (group === 'EXIF') groups.exif[names[name] ?? name] = exifValue(theirs, name, value);
    if (group === 'IPTC') groups.iptc[name] = name === 'DateCreated' ? iptcDate(theirs) : value;
    if (group === 'XMP') Object.assign(groups.xmp, xmpTag(name, value));
  }
  return groups;
}

function exifValue(theirs: Tags, name: string, value: unknown): unknown {
  if (name !== 'CreateDate' && !name.startsWith('DateTime')) return words[name]?.[Number(value)] ?? value;
  const which = name === 'CreateDate' ? 'Digitized' : name.slice('DateTime'.length);
  const [day = '', time = ''] = String(value).split(' ');
  const fraction = theirs[`EXIF:SubSecTime${which}`];
  const offset = theirs[`EXIF:OffsetTime${which}`] ?? '';
  return `${day.replaceAll(':', '-')}T${time}${fraction === undefined ? '' : `.${String(fraction)}`}${String(offset)}`;
}

function iptcDate(theirs: Tags): string {
  return `${String(theirs['IPTC:DateCreated']).replaceAll(':', '-')}T${String(theirs['IPTC:TimeCreated'])}`;
}

/** XMP names of Dublin Core are in lower case, and creators are a list however many there are. */
function xmpTag(name: string, value: unknown): Tags {
  if (name === 'Rating') return { Rating: value };
  if (name === 'Creator') return { creator: [value].flat() };
  return { [name.toLowerCase()]: value };
}

/** Numbers as far as both programs write them. */
export function rounded(tags: unknown): unknown {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toFixed(8)) : value;
  return tags === undefined ? {} : JSON.parse(JSON.stringify(tags, round));
}
