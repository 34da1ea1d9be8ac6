import { en } from '../texts/en.ts';
import { ko } from '../texts/ko.ts';
import { groupMetadata, type TagTexts } from './group-metadata.ts';

const grouped = (metadata: Record<string, unknown>, texts: TagTexts = en) => {
  const { groups, others } = groupMetadata(metadata, texts);
  const listed = (entries: readonly { name: string; text: string }[]) =>
    Object.fromEntries(entries.map(({ name, text }) => [name, text]));
  return {
    ...Object.fromEntries(groups.map(({ group, entries }) => [group, listed(entries)])),
    ...(others.length > 0 && { others: listed(others) }),
  } as Record<string, Record<string, string>>;
};

describe('groupMetadata', () => {
  it('puts tags in groups, with names and units for people', () => {
    const metadata = {
      orientation: 6,
      color_space: 'srgb',
      has_alpha: false,
      frames: 1,
      exif: { Model: 'X-T5', ExposureTime: 0.004, FNumber: 2.8, FocalLength: 23, LightSource: 'Daylight' },
      iptc: { Keywords: ['sea', 'dune'] },
    };
    expect(grouped(metadata)).toEqual({
      camera: { Camera: 'X-T5' },
      exposure: {
        Exposure: '1/250 s',
        Aperture: 'f/2.8',
        'Focal length': '23 mm',
        'Light source': 'Daylight',
      },
      author: { Keywords: 'sea, dune' },
      picture: { 'Turned upright by': '90°', 'Colour space': 'sRGB' },
    });
  });

  it('shows the time of the camera, not of the reader', () => {
    const { time } = grouped({ exif: { DateTimeOriginal: '2024-05-03T18:21:07+09:00' } });
    expect(time).toEqual({ Taken: expect.stringContaining('6:21:07') });
    expect(Object.values(time ?? {})[0]).toContain('UTC+09:00');
  });

  it('takes a tag of two blocks from EXIF, and leaves out what it cannot show', () => {
    const metadata = { exif: { Artist: 'Mia', Odd: { deep: 1 } }, xmp: { Artist: 'M. Ota' } };
    expect(grouped(metadata)).toEqual({ author: { Artist: 'Mia' } });
    expect(grouped({})).toEqual({});
  });

  it('says in the words of the language what EXIF says in words of its own', () => {
    const exif = {
      Flash: 'Flash did not fire, compulsory flash mode',
      MeteringMode: 'CenterWeightedAverage',
      WhiteBalance: 'Auto white balance',
      Contrast: 'Normal',
      LightSource: 'Unknown',
    };
    expect(grouped({ exif })).toEqual({
      exposure: {
        Metering: 'Centre-weighted',
        Flash: 'Did not fire, set by hand',
        'White balance': 'Automatic',
        Contrast: 'Normal',
      },
    });
    expect(grouped({ exif }, ko)).toEqual({
      exposure: {
        측광: '중앙 중점',
        플래시: '발광하지 않음, 강제 설정',
        '화이트 밸런스': '자동',
        대비: '보통',
      },
    });
  });

  it('keeps what has no name apart, and leaves out what says nothing', () => {
    const xmp = {
      HueAdjustmentAqua: '0',
      LegacyIPTCDigest: 'DAE65D55',
      Copyright: '[None] (Photographer) - [None] (Editor)',
      description: 'x-default',
      ApertureValue: '4,34 EV (f/4,5)',
      Saturation: '-19',
    };
    expect(grouped({ exif: { Saturation: 'Normal' }, xmp })).toEqual({
      exposure: { Saturation: 'Normal' },
      others: { HueAdjustmentAqua: '0', 'crs:Saturation': '-19' },
    });
  });
});
