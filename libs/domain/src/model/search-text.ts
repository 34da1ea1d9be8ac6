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

/**
 * Each character beyond ASCII as a word of its own, `x` and its code point in base 36. So an index of trigrams, whatever
 * the locale of the database, finds a single Han character as well as a Korean word of two syllables; as they stand, those
 * have no trigram, and in the C locale no Korean text has any (docs/adr/0004-search.md).
 */
function spellOut(folded: string): string {
  const words = Array.from(folded, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return codePoint < 0x80 ? character : ` x${codePoint.toString(36)} `;
  });
  return words.join('').replaceAll(/ +/g, ' ');
}

/**
 * What a search looks through: title, description and file name, folded and spelled out, with a space on either side of
 * every word. For matching alone, not for reading.
 */
export function searchText(image: Pick<Image, 'title' | 'description' | 'originalFilename'>): string {
  return spellOut(` ${fold(`${image.title} ${image.description} ${image.originalFilename}`)} `);
}

/**
 * The strings that must all occur in a {@link searchText} for `query` to match: its words, anywhere; one or two ASCII
 * letters only at the start of a word, which their leading space says. At most ten words count.
 */
export function searchNeedles(query: string): readonly string[] {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '')
    .map(spellOut);
  return [...new Set(words.map((word) => (word.length > 2 ? word : ` ${word}`)))].slice(0, maxWords);
}
