import type { Visibility } from '@darkroom/contracts';

export interface Category {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Bytes. */
  readonly maxFileSize: number;
  /** Lower case, without the dot. */
  readonly allowedExtensions: readonly string[];
  readonly isActive: boolean;
  /** Where variants of new images go: a plain URL for everyone, or signed URLs alone. */
  readonly visibility: Visibility;
}
