import { v7, validate } from 'uuid';

/** A new UUIDv7 (RFC 9562): unique, and in order of creation. */
export function newId(): string {
  return v7();
}

/** Whether `value` is a UUID of any version, in lower or upper case. */
export function isId(value: string): boolean {
  return validate(value);
}
