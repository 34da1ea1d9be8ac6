import { InvalidArgumentError } from 'commander';

/** Bytes as people write them: a number, with kb, mb or gb (1,024 each) or without. */
export function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)(kb|mb|gb)?$/i.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('bytes, or a number with kb, mb or gb');
  return Number(digits) * 1024 ** ['', 'kb', 'mb', 'gb'].indexOf(unit.toLowerCase());
}
