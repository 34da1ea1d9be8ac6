import { exifDate } from './dates.ts';
import { readExif } from './exif.ts';
import { wholePosition, xmpCoordinate } from './gps.ts';
import { readIptc } from './iptc.ts';
import { bounded, plainText } from './plain-json.ts';
import { readXmp } from './xmp.ts';

const packet = (content: string) =>
  Buffer.from(`<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>
    <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
      xmlns:drone='http://www.dji.com/drone-dji/1.0/'>${content}</rdf:Description></rdf:RDF></x:xmpmeta>
    <?xpacket end='w'?>`);

describe('exifDate', () => {
  it.each([
    ['2024:05:06 07:08:09', '+09:00', '12', '2024-05-06T07:08:09.12+09:00'],
    ['2024:05:06 07:08:09', undefined, undefined, '2024-05-06T07:08:09'],
    ['2024:05:06 07:08:09', 'nonsense', 'x', '2024-05-06T07:08:09'],
    ['0000:00:00 00:00:00', undefined, undefined, undefined],
    ['    :  :     :  :  ', undefined, undefined, undefined],
    ['2024:02:31 00:00:00', undefined, undefined, undefined],
    ['2024:13:01 25:00:00', undefined, undefined, undefined],
  ])('%s %s %s is %s', (text, offset, fraction, iso) => {
    expect(exifDate(text, offset, fraction)).toBe(iso);
  });
});

describe('readExif', () => {
  it('takes an empty block for empty, and a cut one for damaged', () => {
    const empty = Buffer.from('4d4d002a00000008000000000000', 'hex');
    expect(readExif(empty)).toEqual({ exif: {}, gps: {}, warnings: [] });
    expect(readExif(Buffer.from('4d4d002a0000000800050000', 'hex')).warnings).toHaveLength(1);
  });
});

describe('plain JSON', () => {
  it('takes out what Postgres refuses', () => {
    expect(plainText('a\0b\u0007\ud800 ')).toBe('ab\ufffd');
    expect(plainText('x'.repeat(5_000))).toHaveLength(2_001);
    expect(bounded([Number.NaN, Infinity, 1, ['\0']])).toEqual([null, null, 1, ['']]);
  });

  it('cuts what is long, wide or deep', () => {
    expect(bounded(Array.from({ length: 1_000 }, (_item, index) => index))).toHaveLength(64);
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_item, index) => [`n${index}`, index]));
    expect(Object.keys(bounded(wide) as object)).toHaveLength(300);
    expect(bounded({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toEqual({
      a: { b: { c: { d: { e: { f: null } } } } },
    });
  });
});

describe('positions in XMP', () => {
  it.each([
    ['35,39.5N', 35.6583333],
    ['35,39,30S', -35.6583333],
    ['0,0.0W', 0],
    ['91,0N', undefined],
    ['35.6', undefined],
    ['', undefined],
  ])('%s', (text, degrees) => {
    expect(xmpCoordinate(text, 90)).toBe(degrees);
  });

  it('come out by themselves, of any vendor', () => {
    const { xmp, gps } = readXmp(
      packet(`<exif:GPSLatitude>35,39.5N</exif:GPSLatitude><exif:GPSLongitude>139,44.0E</exif:GPSLongitude>
        <exif:GPSAltitude>125/10</exif:GPSAltitude><exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>
        <drone:GpsLatitude>35.6</drone:GpsLatitude><drone:RelativeAltitude>+10</drone:RelativeAltitude>
        <exif:FNumber>28/10</exif:FNumber>`),
    );
    expect(xmp).toEqual({ FNumber: 2.8 });
    expect(wholePosition([{}, gps])).toEqual({
      latitude: 35.6583333,
      longitude: 139.7333333,
      altitude: -12.5,
    });
  });

  it('are found in a packet without its wrapper', () => {
    const whole = packet('<dc:format>image/jpeg</dc:format>').toString();
    const bare = whole.slice(whole.indexOf('<x:xmpmeta'), whole.indexOf('<?xpacket end'));
    expect(readXmp(Buffer.from(bare))).toEqual({ xmp: { format: 'image/jpeg' }, gps: {}, warnings: [] });
  });

  it('need both halves', () => {
    expect(wholePosition([{ latitude: 1 }, { longitude: 2 }])).toBeNull();
  });
});

describe('damaged blocks', () => {
  it('of XMP warn', () => {
    for (const text of ['<x:xmpmeta', '', 'not xml at all', '<a>'.repeat(50_000)]) {
      const { xmp, warnings } = readXmp(Buffer.from(text));
      expect(xmp).toEqual({});
      expect(warnings.length).toBeLessThanOrEqual(1);
    }
    expect(readXmp(Buffer.alloc(300_000)).warnings).toEqual(['XMP is longer than is read']);
  });

  it('of XMP do not expand entities', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY s SYSTEM "file:///etc/passwd">]>`;
    const { xmp } = readXmp(Buffer.concat([Buffer.from(bomb), packet('<dc:format>&c;&s;</dc:format>')]));
    expect(JSON.stringify(xmp)).not.toMatch(/aaaaaaaaaa|root/);
  });

  it('of IPTC do not throw', () => {
    for (let length = 0; length < 200; length += 7)
      expect(readIptc(Buffer.alloc(length, 0x1c)).iptc).toEqual({});
    expect(readIptc(Buffer.alloc(70_000)).warnings).toEqual(['IPTC is longer than is read']);
  });
});
