import type { FailureCode } from '@darkroom/contracts';

export type RefusalCode = Extract<FailureCode, 'not_an_image' | 'too_many_pixels' | 'undecodable'>;

/** The file itself is at fault: trying again gives the same. */
export interface Refusal<Code extends RefusalCode = RefusalCode> {
  readonly ok: false;
  readonly code: Code;
  readonly detail: string;
}

export function refusal<Code extends RefusalCode>(code: Code, detail: string): Refusal<Code> {
  return { ok: false, code, detail };
}
