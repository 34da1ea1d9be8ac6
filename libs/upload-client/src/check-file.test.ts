import { checkFile } from './check-file.ts';

const category = { max_file_size: 100, allowed_extensions: ['jpg', 'heic'] };

describe('checkFile', () => {
  it.each([
    ['photo.jpg', 100, undefined],
    ['PHOTO.JPG', 1, undefined],
    ['사진.heic', 50, undefined],
    ['photo.jpg', 101, 'file_too_large'],
    ['photo.jpg', 0, 'empty_file'],
    ['report.pdf', 50, 'extension_not_allowed'],
    ['jpg', 50, 'extension_not_allowed'],
    ['a:b.jpg', 50, 'bad_filename'],
    ['a\u0007.jpg', 50, 'bad_filename'],
    ['a\u0085.jpg', 50, 'bad_filename'],
    [`${'x'.repeat(252)}.jpg`, 50, 'bad_filename'],
  ])('%s of %i bytes: %s', (name, size, expected) => {
    expect(checkFile({ name, size }, category)).toBe(expected);
  });
});
