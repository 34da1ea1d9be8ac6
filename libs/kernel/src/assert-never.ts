/** Fails to compile when a case of a union is not handled, and throws if one comes at run time all the same. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
