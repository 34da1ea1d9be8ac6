import { searchNeedles, searchText } from './search-text.ts';

const text = (title: string): string => searchText({ title, description: '', originalFilename: 'f.jpg' });

describe('searchText', () => {
  it('joins title, description and file name with single spaces, one before each word', () => {
    const image = { title: ' A\u0000 title', description: 'line\n\ttwo', originalFilename: 'IMG 1.JPG' };
    expect(searchText(image)).toBe(' a title line two img 1.jpg ');
  });

  it.each([
    ['Crème Brûlée', ' creme brulee '],
    ['Ærø Straße Łódź', ' aero strasse lodz '],
    ['ＡＢＣ', ' abc '],
    ['half \ud83d pair', ' half x1ekd pair '],
    ['桜２', ' xkm4 2 '],
    ['a桜b', ' a xkm4 b '],
  ])('folds and spells out %s', (given, folded) => {
    expect(text(given)).toBe(`${folded}f.jpg `);
  });

  it.each([
    ['ｶﾒﾗ', 'カメラ'],
    ['가나'.normalize('NFD'), '가나'],
    ['がぎ'.normalize('NFD'), 'がぎ'],
  ])('makes %s and %s one', (one, other) => {
    expect(text(one)).toBe(text(other));
  });
});

describe('searchNeedles', () => {
  it('are the words, folded, each once', () => {
    expect(searchNeedles('  Größe  GROSSE größe ')).toEqual(['grosse']);
    expect(searchNeedles(' \t ')).toEqual([]);
  });

  it('tie one or two Latin letters to the start of a word, but not one Han or Hangul character', () => {
    expect(searchNeedles('a bc def 桜 a桜')).toEqual([' a', ' bc', 'def', ' xkm4 ', 'a xkm4 ']);
  });

  it('are at most ten', () => {
    expect(searchNeedles('aaa bbb ccc ddd eee fff ggg hhh iii jjj kkk')).toHaveLength(10);
  });
});
