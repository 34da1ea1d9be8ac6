import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { healthRouter } from './health.ts';

let server: Server;
let isAway: boolean;
let stopping: AbortController;

beforeEach(async () => {
  isAway = true;
  stopping = new AbortController();
  const check = async () => {
    if (isAway) throw new Error('connection refused');
  };
  server = createServer(express().use(healthRouter({ store: check }, stopping.signal))).listen(0);
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function get(path: string) {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return [response.status, await response.json()];
}
const away = { ready: false, checks: { store: 'connection refused' } };

it('sends nobody to a process that has never been able to work', async () => {
  expect(await get('/servez')).toEqual([503, away]);
  isAway = false;
  expect(await get('/servez')).toEqual([200, { ready: true, checks: { store: 'ok' } }]);
});

it.each(['/servez', '/readyz'])('keeps callers in an outage that came after %s was well', async (path) => {
  isAway = false;
  await get(path);
  isAway = true;
  expect(await get('/readyz')).toEqual([503, away]);
  expect(await get('/servez')).toEqual([200, { ready: true }]);
});

it('sends nobody to a process that stops', async () => {
  isAway = false;
  await get('/servez');
  stopping.abort();
  const stops = [503, { ready: false, checks: { process: 'it is stopping' } }];
  expect(await get('/servez')).toEqual(stops);
  expect(await get('/readyz')).toEqual(stops);
  expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
});
