import { formatBytes, formatLimit } from './format.ts';

describe('formatBytes', () => {
  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1536, '1.5 kB'],
    [10_240, '10 kB'],
    [1_048_576, '1 MB'],
    [1_047_552, '1 MB'],
    [50 * 1_048_576, '50 MB'],
    [5 * 1024 ** 3, '5 GB'],
  ])('%d bytes: %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));
});

describe('formatLimit', () => {
  it('says the limit as it was set, and never more than is allowed', () => {
    expect(formatLimit(50 * 1_048_576, 'en')).toBe('50 MB');
    expect(formatLimit(50 * 1_048_576 + 900_000, 'en')).toBe('50 MB');
    expect(formatLimit(20_000, 'en')).toBe('19 kB');
    expect(formatLimit(500, 'en')).toBe('500 bytes');
  });
});
