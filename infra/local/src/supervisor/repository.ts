import path from 'node:path';

/** The root of the checkout. */
export const repository = path.resolve(import.meta.dirname, '../../../..');
