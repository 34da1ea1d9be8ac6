import type { Socket } from 'node:net';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { AppError } from '@darkroom/kernel';
import type { Logger, Metrics, ReadinessCheck } from '@darkroom/runtime';
import type { ApiDependencies } from './api-dependencies.ts';
import type { Authenticate } from './auth.ts';
import { isAllowedOrigin } from './cors-origins.ts';
import { healthRouter } from './health.ts';
import { localToken, localTokenRoute, type LocalSignIn } from './local-token.ts';
import { docsRouter } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/document.ts';
import { observeRequests } from './observe-requests.ts';
import { pageRouter, type PageOptions } from './page.ts';
import { HttpFault, problemOf } from './problem.ts';
import { countCalls, limitCalls, type RateLimits } from './rate-limit.ts';
import { createRouter, methodNotAllowed, type Route } from './route.ts';
import { completeUploadRoute } from './routes/complete-upload.route.ts';
import { createTicketRoute } from './routes/create-ticket.route.ts';
import { deleteImageRoute } from './routes/delete-image.route.ts';
import { downloadImageRoute } from './routes/download-image.route.ts';
import { getImageRoute } from './routes/get-image.route.ts';
import { getOperationsRoute } from './routes/get-operations.route.ts';
import { getOverviewRoute } from './routes/get-overview.route.ts';
import { getTimelineRoute } from './routes/get-timeline.route.ts';
import { getUploadStatusRoute } from './routes/get-upload-status.route.ts';
import { listCategoriesRoute } from './routes/list-categories.route.ts';
import { listImagesRoute } from './routes/list-images.route.ts';
import { listVariantsRoute } from './routes/list-variants.route.ts';
import { manageCategoriesRoutes } from './routes/manage-categories.route.ts';
import { manageDeadLettersRoutes } from './routes/manage-dead-letters.route.ts';
import { manageQuotasRoutes } from './routes/manage-quotas.route.ts';
import { presignUploadRoute } from './routes/presign-upload.route.ts';
import { requestVariantsRoute } from './routes/request-variants.route.ts';
import { restoreImageRoute } from './routes/restore-image.route.ts';
import { streamAllRoute, streamImageRoute } from './routes/stream-events.route.ts';
import { updateImageRoute } from './routes/update-image.route.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import { webhookRoutes } from './webhooks/index.ts';

export interface AppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  /** Fires when the process begins to stop: it is not ready from then on, and takes on no new client. */
  readonly stopping: AbortSignal;
  /** Undefined: this process only has a health port. */
  readonly api:
    | (ApiDependencies & {
        readonly authenticate: Authenticate;
        readonly corsOrigins: readonly string[];
        readonly localSignIn: LocalSignIn | undefined;
        readonly trustedProxies: TrustedProxies;
        readonly rateLimits: RateLimits;
      })
    | undefined;
  readonly page: PageOptions | undefined;
}

/** The whole of HTTP: health, the API under `/api`, and the page at `/`. */
export function createApp({ logger, metrics, readiness, stopping, api, page }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // answers carry signed URLs and are never the same twice: what has a tag gives it itself
  app.set('trust proxy', api?.trustedProxies ?? []);
  app.use(healthRouter(readiness, stopping));
  app.get('/metrics', serveMetrics(metrics));
  app.all('/metrics', methodNotAllowed(['get']));
  app.use(refuseWhenStopping(stopping));
  if (api !== undefined) app.use('/api', observeRequests(logger, metrics), ...apiHandlers(api));
  if (page !== undefined && api !== undefined) {
    app.use(pageRouter(page, api.localSignIn !== undefined));
  }
  app.use(() => {
    throw new HttpFault(404, 'no_such_path', 'There is nothing at this path.');
  });
  app.use(answerError(logger));
  return app;
}

/**
 * Who comes anew is sent elsewhere. Who has been here before may have asked without knowing, and has one more answer, which
 * ends the connection.
 */
function refuseWhenStopping(stopping: AbortSignal): RequestHandler {
  const known = new WeakSet<Socket>();
  return ({ socket }, response, next) => {
    if (!stopping.aborted) known.add(socket);
    else {
      response.setHeader('Connection', 'close');
      if (!known.has(socket)) throw new AppError('unavailable', 'this process is stopping');
    }
    next();
  };
}

/**
 * For Prometheus, which asks each process by itself. What came by way of a load balancer or an ingress says so in a header,
 * and finds nothing here: how busy the house is is not for the public.
 */
function serveMetrics(metrics: Metrics): RequestHandler {
  return async (request, response) => {
    if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined) {
      throw new HttpFault(404, 'no_such_path', 'There is nothing at this path.');
    }
    const { contentType, body } = await metrics.scrape();
    response.set('Content-Type', contentType).send(body);
  };
}

/** Paths that come first where `:id` would take them too. */
function routesOf(api: ApiDependencies): Route[] {
  return [
    listCategoriesRoute(api),
    presignUploadRoute(api),
    completeUploadRoute(api),
    getUploadStatusRoute(api),
    getOverviewRoute(api),
    listImagesRoute(api),
    getImageRoute(api),
    updateImageRoute(api),
    deleteImageRoute(api),
    restoreImageRoute(api),
    requestVariantsRoute(api),
    listVariantsRoute(api),
    downloadImageRoute(api),
    getTimelineRoute(api),
    streamImageRoute(api),
    streamAllRoute(api),
    createTicketRoute(api),
    ...manageCategoriesRoutes(api),
    ...manageQuotasRoutes(api),
    ...webhookRoutes(api),
    ...manageDeadLettersRoutes(api),
    getOperationsRoute(api),
  ];
}

function apiHandlers(api: NonNullable<AppOptions['api']>): RequestHandler[] {
  const routes = routesOf(api);
  const local = api.localSignIn === undefined ? [] : [localTokenRoute(api.localSignIn)];
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      crossOriginResourcePolicy: { policy: 'cross-origin' }, // who may read is for CORS to say
      strictTransportSecurity: false, // for whoever ends TLS, who knows the whole domain
    }),
    cors({
      origin: (origin, decide) =>
        decide(null, origin !== undefined && isAllowedOrigin(origin, api.corsOrigins)),
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'X-Owner',
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
        'Last-Event-ID',
        'traceparent',
        'tracestate',
        'baggage',
        'X-Requested-With', // older XHR libraries send it with every call
      ],
      exposedHeaders: ['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'traceresponse'],
      maxAge: 600,
    }),
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
    ...(api.localSignIn === undefined ? [] : localToken(api.localSignIn)),
    docsRouter(openApiDocument([...routes, ...local])),
    createRouter(
      routes,
      api.authenticate,
      api.tickets.redeem,
      limitCalls(countCalls(api.rateLimits, api.logger)),
    ),
    upgradeRequired,
  ];
}

/** The WebSocket's path, asked for as if it were a document (RFC 9110, 15.5.22). */
const upgradeRequired: RequestHandler = ({ method, path }, _response, next) => {
  if (method !== 'GET' || !/^\/ws\/?$/i.test(path)) return next();
  throw new HttpFault(426, 'upgrade_required', 'This is a WebSocket: ask to upgrade the connection.', {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
  });
};

/** Existing clients read `success` and `error` of every answer of these two. */
const uploadPaths = /^\/api\/images\/(?:presigned-url|upload-complete)(?:\/|$)/i;

function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    const { status, headers, body } = problemOf(error, uploadPaths.test(path));
    if (response.destroyed) {
      logger.debug({ err: error, method: request.method, path }, 'the client has gone');
      return;
    }
    if (status >= 500) {
      const level = status === 503 ? 'warn' : 'error';
      logger[level]({ err: error, method: request.method, path, status }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).set(headers).type('application/problem+json').send(JSON.stringify(body));
  };
}
