import type { Locale } from '@darkroom/upload-client';
import { en } from './en.ts';
import { ko } from './ko.ts';

export type UploaderTexts = typeof en;

const languages: Readonly<Record<Locale, UploaderTexts>> = { en, ko };

/** The words of a language, some of them replaced. */
export function textsOf(locale: Locale, changes: Partial<UploaderTexts> = {}): UploaderTexts {
  return { ...languages[locale], ...changes };
}
