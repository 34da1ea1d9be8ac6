import type { UploadFailure } from '../upload/failure.ts';
import { en, type Texts } from './en.ts';

import type { FailureText } from './en-failures.ts';

/** The words of the page in the reader's language. */
export function useTexts(): Texts {
  return en;
}

/** What to tell a person about a failure; where we have no words for a code, the server's own sentence. */
export function failureText(texts: Texts, failure: UploadFailure): FailureText {
  const known: Readonly<Record<string, FailureText>> = texts.failures;
  const fallback = texts.failures.rejected;
  return known[failure.code] ?? { what: failure.detail ?? fallback.what, advice: fallback.advice };
}

export type { Texts };
