import { koTimelineNote } from './ko-timeline-note.ts';

it.each([
  ['of 40 frames only the first was kept: the animation is beyond its budget', '40개'],
  ['EXIF cannot be read: Invalid byte order value.', 'EXIF'],
  ['XMP is longer than is read', 'XMP'],
  ['EXIF Orientation is damaged', 'Orientation'],
  ['EXIF is there, but nothing in it can be read', 'EXIF'],
  ['EXIF points at camera data that cannot be read', '카메라'],
  ['EXIF points at a position that cannot be read', '위치'],
])('says "%s" in Korean', (english, part) => {
  const korean = koTimelineNote(english);
  expect(korean).toContain(part);
  expect(korean).toMatch(/[가-힣]/);
  expect(korean).not.toMatch(/cannot|only|longer|damaged|points/);
});

it('leaves an error of a program as it is', () => {
  expect(koTimelineNote('connect ECONNREFUSED')).toBe('connect ECONNREFUSED');
});
