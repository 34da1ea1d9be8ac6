import { groupMetadata } from './group-metadata.ts';

const labels = { Model: 'Camera', ExposureTime: 'Exposure' };
const grouped = (metadata: Record<string, unknown>) =>
  Object.fromEntries(
    groupMetadata(metadata, labels, 'en').map(({ group, entries }) => [
      group,
      Object.fromEntries(entries.map(({ name, text }) => [name, text])),
    ]),
  );

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
      exposure: { Exposure: '1/250 s', Fnumber: 'f/2.8', 'Focal length': '23 mm' },
      author: { Keywords: 'sea, dune' },
      picture: { Orientation: '90°', 'Color space': 'srgb' },
      other: { 'Light source': 'Daylight' },
    });
  });

  it('shows the time of the camera, not of the reader', () => {
    const { time } = grouped({ exif: { DateTimeOriginal: '2024-05-03T18:21:07+09:00' } });
    expect(time).toEqual({ 'Date time original': expect.stringContaining('6:21:07') });
    expect(Object.values(time ?? {})[0]).toContain('UTC+09:00');
  });

  it('takes a tag of two blocks from EXIF, and leaves out what it cannot show', () => {
    const metadata = { exif: { Artist: 'Mia', Odd: { deep: 1 } }, xmp: { Artist: 'M. Ota' } };
    expect(grouped(metadata)).toEqual({ author: { Artist: 'Mia' } });
    expect(grouped({})).toEqual({});
  });
});
