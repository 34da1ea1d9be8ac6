import type { CategoryBody } from './contract.ts';
import type { LocalFailureCode } from './upload-error.ts';

// As in the contract, whose module is not for browsers to load.
const forbiddenInNames = /[<>:"|?*\\/\u0000-\u001f\u007f-\u009f]/u;

/** What a category takes, as `GET /images/categories` answers it. */
export type CategoryLimits = Pick<CategoryBody, 'id' | 'max_file_size' | 'allowed_extensions'>;

/**
 * What can be told before anything is sent: saves a person the wait. The server decides all the same, on the
 * content. Without a category only the name and an empty file can be judged.
 */
export function checkFile(
  file: { readonly name: string; readonly size: number },
  category?: Omit<CategoryLimits, 'id'>,
): LocalFailureCode | undefined {
  const name = file.name.normalize('NFC').trim();
  if (name === '' || name.length > 255 || forbiddenInNames.test(name)) return 'bad_filename';
  if (category !== undefined) {
    const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
    if (!category.allowed_extensions.includes(extension)) return 'extension_not_allowed';
  }
  return checkSize(file.size, category);
}

/** `checkFile` of the bytes alone. */
export function checkSize(
  size: number,
  category: Pick<CategoryLimits, 'max_file_size'> | undefined,
): LocalFailureCode | undefined {
  if (size === 0) return 'empty_file';
  return category !== undefined && size > category.max_file_size ? 'file_too_large' : undefined;
}
