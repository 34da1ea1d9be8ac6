import { once } from 'node:events';
import { connect } from 'node:net';
import { serve } from './serve.ts';

const farOff = 50_000;

it('does not wait for connections on which nothing was ever asked', async () => {
  const server = await serve((_request, response) => response.end('hello'), 0, '127.0.0.1');
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  const answer = await fetch(`http://127.0.0.1:${server.port}/`); // the server has seen the first one by now
  expect(await answer.text()).toBe('hello');
  silent.on('error', () => undefined);
  const closed = once(silent, 'close');
  await server.close(farOff);
  await closed;
});

it('finishes what is being answered', async () => {
  const asked = Promise.withResolvers<() => void>();
  const server = await serve(
    (_request, response) => asked.resolve(() => response.end('late')),
    0,
    '127.0.0.1',
  );
  const answer = fetch(`http://127.0.0.1:${server.port}/`);
  const finish = await asked.promise;
  const closing = server.close(farOff);
  finish();
  expect(await (await answer).text()).toBe('late');
  await closing;
});

it('drains: ends connections with their answers, and goes on answering whoever comes until it closes', async () => {
  const asked = Promise.withResolvers<() => void>();
  const server = await serve(
    (request, response) => {
      if (request.url === '/slow') asked.resolve(() => response.end('slow'));
      else response.end('quick');
    },
    0,
    '127.0.0.1',
  );
  const url = `http://127.0.0.1:${server.port}`;
  const slow = fetch(`${url}/slow`);
  const finish = await asked.promise;
  const drained = server.drain(farOff);
  expect(await (await fetch(`${url}/quick`)).text()).toBe('quick');
  finish();
  expect((await slow).headers.get('connection')).toBe('close');
  await drained;
  await server.close(farOff);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('cuts off what does not end within the time that it was given', async () => {
  const server = await serve(() => undefined, 0, '127.0.0.1');
  const never = expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow('fetch failed');
  const asked = fetch(`http://127.0.0.1:${server.port}/`).catch(() => undefined);
  await server.drain(200);
  await server.close(200);
  await Promise.all([never, asked]);
});

it.each([
  ['no request at all', 'hello\r\n\r\n', 400, 'bad_request'],
  [
    'headers that are too large',
    `GET / HTTP/1.1\r\nHost: x\r\nX-Filler: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
])('answers %s with a problem', async (_what, text, status, code) => {
  const server = await serve((_request, response) => response.end(), 0, '127.0.0.1');
  const client = connect(server.port, '127.0.0.1');
  client.write(text);
  let answer = '';
  for await (const chunk of client) answer += String(chunk);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(head).toContain('Content-Type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, code });
  await server.close(farOff);
});
