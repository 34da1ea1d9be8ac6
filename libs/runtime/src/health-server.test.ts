import { startHealthServer } from './health-server.ts';
import { Metrics } from './metrics/metrics.ts';

describe('health server', () => {
  it('tells alive from ready, and why not', async () => {
    let broken = false;
    const database = async () => {
      if (broken) throw new Error('connection refused');
    };
    const server = await startHealthServer(
      0,
      { database },
      new Metrics('test'),
      new AbortController().signal,
    );
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return { status: response.status, body: (await response.json()) as unknown };
    };
    expect(await get('/readyz')).toEqual({ status: 200, body: { ready: true, checks: { database: 'ok' } } });
    broken = true;
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { ready: false, checks: { database: 'connection refused' } },
    });
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/nothing')).status).toBe(404);
    await server.close();
  });

  it('is not ready from the moment on at which the process begins to stop', async () => {
    const stopping = new AbortController();
    const server = await startHealthServer(0, {}, new Metrics('test'), stopping.signal);
    const url = `http://127.0.0.1:${server.port}/readyz`;
    expect((await fetch(url)).status).toBe(200);
    stopping.abort();
    expect((await fetch(url)).status).toBe(503);
    await server.close();
  });

  it('serves metrics for Prometheus', async () => {
    const metrics = new Metrics('test');
    metrics.count('darkroom_upload_rejections_total', { code: 'size_mismatch' });
    const server = await startHealthServer(0, {}, metrics, new AbortController().signal);
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain(
      'darkroom_upload_rejections_total{code="size_mismatch",service="test"} 1',
    );
    await server.close();
  });
});
