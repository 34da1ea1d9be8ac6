import { imageTag, versionsIn } from './etag.ts';

const category = {
  id: 1,
  name: 'General',
  description: '',
  max_file_size: 1,
  allowed_extensions: ['jpg'],
  is_active: true,
  visibility: 'public' as const,
};
const now = new Date('2026-03-01T10:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);

describe('the tag of an image', () => {
  it('is the same for the same state, and another one for another state', () => {
    const tag = imageTag({ version: 7 }, category, now);
    expect(tag).toMatch(/^"7-[\w-]{12}"$/);
    expect(imageTag({ version: 7 }, { ...category }, later(60_000))).toBe(tag);
    expect(imageTag({ version: 8 }, category, now)).not.toBe(tag);
    expect(imageTag({ version: 7 }, { ...category, name: 'Other' }, now)).not.toBe(tag);
  });

  it('changes with time, well before the URLs end', () => {
    const tags = Array.from({ length: 60 }, (_, minute) =>
      imageTag({ version: 7 }, category, later(minute * 60_000)),
    );
    expect(new Set(tags).size).toBe(4);
  });
});

describe('If-Match', () => {
  const tag = imageTag({ version: 12 }, category, now);

  it.each([
    ['no header', undefined, undefined],
    ['any', ' * ', undefined],
    ['one', tag, [12]],
    ['one of another time', imageTag({ version: 12 }, category, later(3_600_000)), [12]],
    ['several', `"x", ${tag} , ${imageTag({ version: 3 }, category, now)}`, [12, 3]],
    ['a weak one', `W/${tag}`, []],
    ['one that is not ours', '"12"', []],
    ['one without quotes', tag.replaceAll('"', ''), []],
    ['nothing', '', []],
  ])('of %s', (_what, header, versions) => {
    expect(versionsIn(header)).toEqual(versions);
  });
});
