import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { within } from '@darkroom/kernel';
import type { Metrics } from './metrics/metrics.ts';

/** A named condition of being ready: resolves when it holds, rejects with the reason when it does not. */
export type ReadinessCheck = () => Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or why not, by name. */
  readonly checks: Readonly<Record<string, string>>;
}

const checkTimeoutMs = 2_000;

/** Runs all checks side by side, each for at most two seconds. Who is `stopping` is not ready, and asks nobody. */
export async function checkReadiness(
  checks: Readonly<Record<string, ReadinessCheck>>,
  stopping: AbortSignal,
): Promise<Readiness> {
  if (stopping.aborted) return { ready: false, checks: { process: 'it is stopping' } };
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => {
      try {
        await within(checkTimeoutMs, check());
        return [name, 'ok'];
      } catch (error) {
        return [name, error instanceof Error ? error.message : String(error)];
      }
    }),
  );
  return { ready: results.every(([, state]) => state === 'ok'), checks: Object.fromEntries(results) };
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/healthz` (the process is alive), `/readyz` (it can do its work) and `/metrics` (Prometheus), on a port that is not for
 * the public.
 */
export async function startHealthServer(
  port: number,
  checks: Readonly<Record<string, ReadinessCheck>>,
  metrics: Metrics,
  stopping: AbortSignal,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/healthz') answer(200, { status: 'ok' });
    else if (request.url === '/readyz') {
      void checkReadiness(checks, stopping).then((state) => answer(state.ready ? 200 : 503, state));
    } else if (request.url === '/metrics') {
      void metrics
        .scrape()
        .then(({ contentType, body }) => response.writeHead(200, { 'content-type': contentType }).end(body));
    } else answer(404, { status: 'not found' });
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve());
  });
}
