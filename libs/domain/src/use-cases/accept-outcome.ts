import type { FailureCode } from '@darkroom/contracts';
import type { Image } from '../model/image.ts';

/** What accepting an upload came to. */
export type AcceptOutcome =
  /** This call promoted it. */
  | { readonly kind: 'accepted'; readonly image: Image }
  /** This call refused it, or it had been refused before. */
  | { readonly kind: 'rejected'; readonly image: Image; readonly code: FailureCode }
  /** It was completed or deleted already; what still lay in `incoming/` is gone. */
  | { readonly kind: 'settled'; readonly image: Image }
  /** Nothing lies in `incoming/`. */
  | { readonly kind: 'absent'; readonly image: Image }
  | { readonly kind: 'unknown' };
