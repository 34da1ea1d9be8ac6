import type { Locale } from '@darkroom/upload-client';

const storageKey = 'darkroom.locale';
const listeners = new Set<() => void>();
let current: Locale | undefined;

/** The languages that there are, each by its own name. */
export const localeNames: Readonly<Record<Locale, string>> = { en: 'English', ko: '한국어' };

const isLocale = (value: unknown): value is Locale =>
  typeof value === 'string' && Object.hasOwn(localeNames, value);

/** What was chosen on this device, else the first language of the browser that there is, else English. */
export function currentLocale(): Locale {
  current ??= chosen() ?? preferred();
  return current;
}

/** Chooses a language, for this device and from now on. */
export function chooseLocale(locale: Locale): void {
  try {
    localStorage.setItem(storageKey, locale);
  } catch {
    // Storage is full or switched off: the choice then lasts as long as the page.
  }
  current = locale;
  tellLanguage();
  for (const listener of listeners) listener();
}

/** Writes the language into the document, for screen readers, hyphenation and fonts. */
export function tellLanguage(): void {
  document.documentElement.lang = currentLocale();
}

export function subscribeToLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function chosen(): Locale | undefined {
  try {
    const value = localStorage.getItem(storageKey);
    return isLocale(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function preferred(): Locale {
  const wanted = navigator.languages.map((tag) => tag.split('-', 1)[0]);
  return wanted.find(isLocale) ?? 'en';
}
