import { startHealthServer } from './health-server.ts';

describe('health server', () => {
  it('tells alive from ready, and why not', async () => {
    let broken = false;
    const server = await startHealthServer(0, {
      database: async () => {
        if (broken) throw new Error('connection refused');
      },
    });
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
});
