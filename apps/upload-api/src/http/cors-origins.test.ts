import { isAllowedOrigin, isOriginPattern } from './cors-origins.ts';

it('allows exact origins, and any port where that is said', () => {
  const allowed = ['http://localhost:*', 'https://shop.example', 'http://[::1]:*'];
  for (const origin of [
    'http://localhost:5173',
    'http://localhost',
    'https://shop.example',
    'http://[::1]:80',
  ]) {
    expect([origin, isAllowedOrigin(origin, allowed)]).toEqual([origin, true]);
  }
  for (const origin of [
    'https://localhost:5173',
    'http://localhost.evil.example',
    'http://localhost:80.evil.example',
    'http://localhost:',
    'https://shop.example:444',
    'https://shop.example.evil',
    'null',
    '',
  ]) {
    expect([origin, isAllowedOrigin(origin, allowed)]).toEqual([origin, false]);
  }
});

it('knows what can be allowed', () => {
  for (const text of ['https://a.example', 'http://localhost:*', 'http://127.0.0.1:8080', 'http://[::1]:*']) {
    expect([text, isOriginPattern(text)]).toEqual([text, true]);
  }
  for (const text of [
    '*',
    'https://*.example',
    'https://a.example/',
    'localhost:80',
    'ftp://a',
    'https://a:b',
  ]) {
    expect([text, isOriginPattern(text)]).toEqual([text, false]);
  }
});
