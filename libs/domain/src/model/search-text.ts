import type { Image } from './image.ts';

/** Letters that Unicode does not decompose, though people type them without their stroke or ligature. */
const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
};
const maxWords = 10;

/**
 * Lower case, without accents (U+0300 to U+036F; the marks of kana stay, they make other letters), wide and narrow
 * forms made one (NFKC), white space collapsed.
 */
function fold(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[ßæœøđðłıþ]/g, (letter) => foldedLetters[letter] ?? letter)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** What a search looks through: title, description and file name, folded, with a space before every word. */
export function searchText(image: Pick<Image, 'title' | 'description' | 'originalFilename'>): string {
  return ` ${fold(`${image.title} ${image.description} ${image.originalFilename}`)}`;
}

/** From U+1100 on (Hangul, kana, Han) one character says as much as several Latin letters. */
const isWide = (character: string): boolean => (character.codePointAt(0) ?? 0) >= 0x1100;

/**
 * The strings that must all occur in a {@link searchText} for `query` to match: its words, anywhere; one or two Latin
 * letters only at the start of a word, which their leading space says. At most ten words count.
 */
export function searchNeedles(query: string): readonly string[] {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '');
  const needles = words.map((word) => {
    const characters = Array.from(word);
    return characters.length >= 3 || characters.some(isWide) ? word : ` ${word}`;
  });
  return [...new Set(needles)].slice(0, maxWords);
}
