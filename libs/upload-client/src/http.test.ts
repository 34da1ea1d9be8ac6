import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiError, NetworkError } from './api-error.ts';
import { sendForm } from './send-form.ts';
import { tokenSource } from './tokens.ts';
import { createTransport } from './transport.ts';
import { createUploader } from './uploader.ts';
import { imageOf } from './world.fixture.ts';

const { signal } = new AbortController();
const onProgress = () => undefined;
const stallMs = 30_000;
let server: Server;
let base: string;
let answer: RequestListener;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const bearer = (request: IncomingMessage) => request.headers.authorization?.replace('Bearer ', '');

describe('createTransport', () => {
  it('asks for another token once when its own is refused', async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      seen.push(bearer(request));
      response.statusCode = bearer(request) === 'token-2' ? 200 : 401;
      response.end('{"ok":true}');
    };
    let calls = 0;
    const send = createTransport(
      base,
      tokenSource(() => `token-${(calls += 1)}`),
    );
    expect(await send('/images')).toEqual({ ok: true });
    expect(seen).toEqual(['token-1', 'token-2']);
  });

  it('makes an error of a problem, with the pause that is asked for', async () => {
    answer = (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '7' });
      response.end(JSON.stringify({ code: 'too_many', detail: 'wait', errors: [] }));
    };
    const failed = createTransport(base, tokenSource(undefined))('/images');
    await expect(failed).rejects.toBeInstanceOf(ApiError);
    await expect(failed).rejects.toMatchObject({
      status: 429,
      code: 'too_many',
      message: 'wait',
      retryAfterMs: 7_000,
    });
  });

  it('makes an error of a page that a proxy answers', async () => {
    answer = (_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>');
    const failed = createTransport(base, tokenSource(undefined))('/images');
    await expect(failed).rejects.toMatchObject({ status: 502, code: 'http_502', retryAfterMs: undefined });
  });

  it('tells silence from an abort', async () => {
    answer = (request) => request.destroy();
    const send = createTransport(base, tokenSource(undefined));
    await expect(send('/images')).rejects.toBeInstanceOf(NetworkError);
    const abort = new AbortController();
    answer = () => abort.abort(new Error('enough'));
    await expect(send('/images', { signal: abort.signal })).rejects.toThrow('enough');
  });
});

describe('sendForm without XMLHttpRequest', () => {
  it('sends the fields as they are and the file last', async () => {
    let body = '';
    answer = (request, response) => {
      void text(request).then((all) => {
        body = all;
        response.writeHead(204).end();
      });
    };
    const progress: number[] = [];
    const options = { signal, stallMs, onProgress: (bytes: number) => progress.push(bytes) };
    const file = new File(['0123456789'], 'a.jpg');
    const result = await sendForm(base, { key: 'incoming/1', policy: 'p' }, file, options);
    expect(result).toEqual({ status: 204, s3Code: undefined });
    expect([...body.matchAll(/name="(\w+)"/g)].map(([, name]) => name)).toEqual(['key', 'policy', 'file']);
    expect(progress).toEqual([10]);
  });

  it('reads what S3 says, and takes silence for no answer', async () => {
    answer = (request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'));
    };
    const send = () => sendForm(base, {}, new Blob(['a']), { signal, stallMs, onProgress });
    expect(await send()).toEqual({ status: 403, s3Code: 'AccessDenied' });
    answer = (request) => request.destroy();
    expect(await send()).toEqual({ status: undefined, s3Code: undefined });
  });
});

describe('an upload from Node', () => {
  it('goes all the way over HTTP', async () => {
    const seen: string[] = [];
    const traces: unknown[] = [];
    const keys: unknown[] = [];
    answer = (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/api')) traces.push(request.headers['traceparent']);
      if (url.endsWith('presigned-url')) keys.push(request.headers['idempotency-key']);
      seen.push(`${request.method} ${url}`);
      void text(request).then(() => {
        if (url === '/bucket') return response.writeHead(204).end();
        const policy = {
          url: `${base}/bucket`,
          fields: { key: 'incoming/1' },
          file_key: 'incoming/1',
          image_id: 'one',
        };
        const presigned = { success: true, data: { ...policy, expires_at: '2100-01-01T00:00:00Z' } };
        return response.end(
          JSON.stringify(url.endsWith('presigned-url') ? presigned : imageOf('one', 'ready')),
        );
      });
    };
    const headers = () => ({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    const uploader = createUploader({ apiBase: `${base}/api`, token: 'secret', headers });
    const image = await uploader.upload(new Blob(['x']), { category: 1, filename: 'a.jpg', checksum: true })
      .ready;
    expect(image.id).toBe('one');
    expect(traces).toEqual([headers().traceparent, headers().traceparent]);
    expect(keys).toEqual([expect.stringMatching(/^[\x21-\x7e]{16,255}$/)]);
    expect(seen).toEqual([
      'POST /api/images/presigned-url',
      'POST /bucket',
      'POST /api/images/upload-complete/one',
    ]);
  });
});
