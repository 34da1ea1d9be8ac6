import { searchNeedles, searchText } from './search-text.ts';

const text = (title: string): string => searchText({ title, description: '', originalFilename: 'f.jpg' });

describe('searchText', () => {
  it('joins title, description and file name with single spaces, one before each word', () => {
    const image = { title: ' A\u0000 title', description: 'line\n\ttwo', originalFilename: 'IMG 1.JPG' };
    expect(searchText(image)).toBe(' a title line two img 1.jpg');
  });

  it.each([
    ['Crème Brûlée', 'creme brulee'],
    ['Ærø Straße Łódź', 'aero strasse lodz'],
    ['ＡＢＣ ｶﾒﾗ', 'abc カメラ'],
    ['가나'.normalize('NFD'), '가나'],
    ['がぎ'.normalize('NFD'), 'がぎ'],
    ['half \ud83d pair', 'half \ufffd pair'],
  ])('folds %s', (given, folded) => {
    expect(text(given)).toBe(` ${folded} f.jpg`);
  });
});

describe('searchNeedles', () => {
  it('are the words, folded, each once', () => {
    expect(searchNeedles('  Größe  GROSSE größe ')).toEqual(['grosse']);
    expect(searchNeedles(' \t ')).toEqual([]);
  });

  it('tie one or two Latin letters to the start of a word, but not one Han or Hangul character', () => {
    expect(searchNeedles('a bc def 桜 바다 🎉')).toEqual([' a', ' bc', 'def', '桜', '바다', '🎉']);
  });

  it('are at most ten', () => {
    expect(searchNeedles('aaa bbb ccc ddd eee fff ggg hhh iii jjj kkk')).toHaveLength(10);
  });
});
