import { en } from './en.ts';
import { ko } from './ko.ts';
import { textsOf } from './texts.ts';

describe('the texts', () => {
  it('are there in both languages, and none is the same', () => {
    const words = (texts: Readonly<Record<string, unknown>>): [string, unknown][] =>
      Object.entries(texts).flatMap(([key, value]) =>
        typeof value === 'object' && value !== null
          ? words(value as Record<string, unknown>).map(([inner, word]): [string, unknown] => [
              `${key}.${inner}`,
              word,
            ])
          : [[key, value]],
      );
    const english = new Map(words(en));
    for (const [key, word] of words(ko)) {
      expect(english.has(key)).toBe(true);
      if (typeof word === 'string') expect([key, word]).not.toEqual([key, english.get(key)]);
    }
    expect(words(ko)).toHaveLength(english.size);
  });

  it('may be replaced one by one', () => {
    const t = textsOf('ko', { choose: '사진 고르기' });
    expect(t.choose).toBe('사진 고르기');
    expect(t.camera).toBe(ko.camera);
    expect(t.failure({ code: 'empty_file' }).what).toBe('빈 파일입니다.');
  });
});
