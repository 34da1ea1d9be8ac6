import express from 'express';
import { parseTrustedProxies } from './trusted-proxies.ts';

it.each([
  ['1', 1],
  ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ['::1,fd00::/8,192.0.2.7', ['::1', 'fd00::/8', '192.0.2.7']],
  ['', []],
  ['true', undefined],
  ['*', undefined],
  ['10.0.0.0/33', undefined],
  ['proxy.example', undefined],
])('%s is understood, by Express too', (text, proxies) => {
  expect(parseTrustedProxies(text)).toEqual(proxies);
  if (proxies !== undefined) expect(() => express().set('trust proxy', proxies)).not.toThrow();
});
