import { failureText as textOfFailure, type UploadFailure } from '@darkroom/upload-client';
import { en, type Texts } from './en.ts';

/** The words of the page in the reader's language. */
export function useTexts(): Texts {
  return en;
}

/** What to tell a person about a failure, and what to do about it. */
export function failureText(t: Texts, failure: Pick<UploadFailure, 'code' | 'detail'>) {
  const { what, advice } = textOfFailure(failure, t.locale);
  return { what, advice: t.advice[failure.code] ?? advice };
}

export type { Texts };
