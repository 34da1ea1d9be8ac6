import { Router, type Request, type Response } from 'express';
import { checkReadiness, type ReadinessCheck } from '@darkroom/runtime';
import { methodNotAllowed } from './route.ts';

/**
 * `/healthz`: the process is alive. `/readyz`: all that it needs can be reached now. `/servez`: whether callers are to be sent here.
 * That begins once everything could be reached at the same time, so that a version that cannot work replaces none that can;
 * and lasts until the process stops, since what is away is away for all of its kind, and who gets in is at least told when
 * to try again.
 */
export function healthRouter(
  readiness: Readonly<Record<string, ReadinessCheck>>,
  stopping: AbortSignal,
): Router {
  let worked = false;
  const look = async () => {
    const state = await checkReadiness(readiness, stopping);
    worked ||= state.ready;
    return state;
  };
  const router = Router();
  router.get('/healthz', (_request: Request, response: Response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request: Request, response: Response) => {
    const state = await look();
    response.status(state.ready ? 200 : 503).json(state);
  });
  router.get('/servez', async (_request: Request, response: Response) => {
    const state = worked && !stopping.aborted ? { ready: true } : await look();
    response.status(state.ready ? 200 : 503).json(state);
  });
  router.all(['/healthz', '/readyz', '/servez'], methodNotAllowed(['get']));
  return router;
}
