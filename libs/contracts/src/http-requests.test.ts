import {
  categoryChangeSchema,
  categoryInputSchema,
  completeRequestSchema,
  describeSchema,
  fileNameSchema,
  listQuerySchema,
} from './index.ts';

describe('file names', () => {
  it('are trimmed and composed', () => {
    expect(fileNameSchema.parse('  Cafe\u0301.jpg ')).toBe('Café.jpg');
    expect(fileNameSchema.parse('사진 1.heic')).toBe('사진 1.heic');
    expect(fileNameSchema.parse('x'.repeat(255))).toHaveLength(255);
    expect(fileNameSchema.parse('\ud800.jpg')).toBe('\ufffd.jpg');
  });

  it('have nothing in them that a path could be made of', () => {
    for (const char of ['<', '>', ':', '"', '|', '?', '*', '\\', '/', '\u0000', '\n', '\u007f', '\u0085']) {
      expect([char, fileNameSchema.safeParse(`a${char}b.jpg`).success]).toEqual([char, false]);
    }
    for (const name of ['', '  ', 'x'.repeat(256)])
      expect(fileNameSchema.safeParse(name).success).toBe(false);
  });
});

describe('descriptions', () => {
  it('may have every field empty, as forms send them', () => {
    const id = '0195f3c2-0000-7000-8000-000000000000';
    const sent = { image_id: id, title: '', description: ' ', alt_text: '', tags: [''] };
    expect(completeRequestSchema.parse(sent)).toEqual({
      image_id: id,
      title: '',
      description: '',
      alt_text: '',
      tags: [],
    });
  });

  it('have tags that differ, and no characters that cannot be kept', () => {
    expect(describeSchema.parse({ tags: [' a', 'a ', '', 'é', 'e\u0301'] }).tags).toEqual(['a', 'é']);
    expect(describeSchema.safeParse({ title: 'a\u0000' }).success).toBe(false);
    expect(describeSchema.safeParse({ tags: ['a\u0000'] }).success).toBe(false);
    expect(describeSchema.parse({ title: 'a\udfff' }).title).toBe('a\ufffd');
    expect(describeSchema.safeParse({ tags: Array.from({ length: 51 }, (_, i) => `${i}`) }).success).toBe(
      false,
    );
  });
});

describe('lists', () => {
  it('take one tag or several, and dates with or without a time', () => {
    expect(listQuerySchema.parse({ tags: 'a' })).toMatchObject({ tags: ['a'], page_size: 20 });
    expect(listQuerySchema.parse({ tags: ['a', 'b'], page_size: '100' })).toMatchObject({
      tags: ['a', 'b'],
      page_size: 100,
    });
    for (const date of ['2026-01-02', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123+09:00']) {
      expect(listQuerySchema.parse({ date_from: date }).date_from).toBe(date);
    }
    expect(listQuerySchema.safeParse({ date_from: '2026-01-02T03:04:05' }).success).toBe(false);
    expect(listQuerySchema.safeParse({ page_size: '101' }).success).toBe(false);
  });
});

describe('categories', () => {
  it('have defaults when they are made, and none when they are changed', () => {
    const input = { name: ' Shop ', max_file_size: 1_000, allowed_extensions: ['JPG', 'png', 'jpg'] };
    expect(categoryInputSchema.parse(input)).toEqual({
      name: 'Shop',
      description: '',
      max_file_size: 1_000,
      allowed_extensions: ['jpg', 'png'],
      is_active: true,
      visibility: 'public',
    });
    expect(categoryChangeSchema.parse({ is_active: false })).toEqual({ is_active: false });
    for (const wrong of [
      { name: '' },
      { max_file_size: 6 * 1024 ** 3 },
      { allowed_extensions: [] },
      { allowed_extensions: ['svg'] },
    ]) {
      expect(categoryInputSchema.safeParse({ ...input, ...wrong }).success).toBe(false);
    }
  });
});
