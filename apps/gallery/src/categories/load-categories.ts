import type { CategoryBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import type { DarkroomApi } from '../api/darkroom-api.ts';

export interface CategoriesSeen {
  readonly categories: readonly CategoryBody[];
  /** An admin sees inactive ones too, and may change them. */
  readonly mayManage: boolean;
}

/** The API is asked whether the caller is an admin: which claim of a token says so is its own affair. */
export async function loadCategories(
  api: Pick<DarkroomApi, 'allCategories' | 'categories'>,
  signal: AbortSignal,
): Promise<CategoriesSeen> {
  try {
    return { categories: await api.allCategories(signal), mayManage: true };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { categories: await api.categories(signal), mayManage: false };
  }
}
