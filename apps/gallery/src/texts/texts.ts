import type { UploaderTexts } from '@darkroom/react-uploader';
import { useSyncExternalStore } from 'react';
import { failureText as textOfFailure, type Locale, type UploadFailure } from '@darkroom/upload-client';
import { en, type Texts } from './en.ts';
import { ko } from './ko.ts';
import { currentLocale, subscribeToLocale } from './locale.ts';

const texts: Readonly<Record<Locale, Texts>> = { en, ko };

/** The words of the page in the reader's language. */
export function useTexts(): Texts {
  return texts[useSyncExternalStore(subscribeToLocale, currentLocale)];
}

/** What to tell a person about a failure, and what to do about it. */
export function failureText(t: Texts, failure: Pick<UploadFailure, 'code' | 'detail'>) {
  const { what, advice } = textOfFailure(failure, t.locale);
  return { what, advice: t.advice[failure.code] ?? advice };
}

const ofUploader = new Map<Texts, Partial<UploaderTexts>>();

/** The words that this page puts in place of the uploader's own; the same object each time. */
export function uploaderTexts(t: Texts): Partial<UploaderTexts> {
  const known = ofUploader.get(t);
  if (known !== undefined) return known;
  const texts: Partial<UploaderTexts> = { failure: (failure) => failureText(t, failure) };
  ofUploader.set(t, texts);
  return texts;
}

/** The word for a key that the server chose, or the key itself where this page has no word for it. */
export function wordFor(words: Readonly<Record<string, string>>, key: string): string {
  return words[key] ?? key;
}

export type { Texts };
