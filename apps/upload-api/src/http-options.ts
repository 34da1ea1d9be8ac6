import { openRateLimiter, type Postgres } from '@darkroom/adapter-postgres';
import { imageViews } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import type { Config } from './config.ts';
import type { AppOptions } from './http/app.ts';
import { createAuthenticate } from './http/auth.ts';
import { LiveHub, ticketOffice } from './http/live/index.ts';
import type { PageOptions } from './http/page.ts';
import type { RateLimits } from './http/rate-limit.ts';
import { kafkaLags } from './kafka-lags.ts';
import { webhookPolicyOf } from './open-webhooks.ts';
import type { Parts } from './parts.ts';
import { approveTarget } from './webhooks/index.ts';

/** Not refused: who runs an API of release 0.1.0 so must be able to go on. */
function warnOfNoAudience(config: Config, logger: Logger): void {
  if (config.AUTH_JWKS_URL === undefined || config.AUTH_AUDIENCE !== undefined) return;
  logger.warn('AUTH_AUDIENCE is not set: every token that the provider of AUTH_JWKS_URL signs is taken');
}

/** What HTTP serves in this process: nothing but health and metrics where `api` is not one of its roles. */
export function httpOptions({
  config,
  logger,
  postgres,
  s3,
  accept,
  kafka,
}: Parts): Pick<AppOptions, 'api' | 'page'> {
  if (!config.ROLES.includes('api')) return { api: undefined, page: undefined };
  warnOfNoAudience(config, logger);
  const { AUTH_JWT_SECRET: secret, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = config;
  const rolesClaim = config.AUTH_ROLES_CLAIM;
  const {
    images,
    queries,
    categories,
    presets,
    quotas,
    requests,
    deadLetters,
    monitor,
    timelineLog,
    webhookEndpoints,
    webhookDeliveries,
  } = postgres;
  const webhookPolicy = webhookPolicyOf(config);
  const { objects, maintenance, signer } = s3;
  return {
    api: {
      authenticate: createAuthenticate({
        secrets: [secret, config.AUTH_JWT_SECRET_PREVIOUS].filter((one) => one !== undefined),
        jwksUrl: config.AUTH_JWKS_URL,
        issuer,
        audience,
        rolesClaim,
        adminRole: config.AUTH_ADMIN_ROLE,
        serviceRole: config.AUTH_SERVICE_ROLE,
      }),
      corsOrigins: config.CORS_ORIGINS,
      localSignIn:
        config.LOCAL_SIGN_IN && secret !== undefined ? { secret, issuer, audience, rolesClaim } : undefined,
      ...{ images, queries, categories, presets, objects, maintenance, signer, accept, logger },
      ...{ quotas, requests, webhookEndpoints, webhookDeliveries, deadLetters },
      overdue: postgres.maintenance,
      pipeline: () => monitor.pipeline(),
      lagsOnKafka: kafka === undefined ? async () => [] : kafkaLags(kafka, logger),
      approveWebhook: (url) => approveTarget(url, webhookPolicy),
      timelineLog,
      live: new LiveHub(timelineLog, hubOptionsOf(config), logger),
      tickets: ticketOffice({ tickets: postgres.tickets, clock: systemClock }),
      views: imageViews({ categories, signer }),
      clock: systemClock,
      uploadExpiryMs: config.UPLOAD_EXPIRY_MS,
      restoreMs: config.RESTORE_WINDOW_MS,
      quota: { maxImages: config.QUOTA_IMAGES ?? null, maxBytes: config.QUOTA_BYTES ?? null },
      trustedProxies: config.TRUST_PROXY,
      rateLimits: rateLimitsOf(config, postgres),
    },
    page: pageOf(config, signer),
  };
}

function pageOf(config: Config, signer: PageOptions['signer']): PageOptions | undefined {
  const { PAGE_DIR: folder, PAGE_OIDC_AUTHORITY: authority, PAGE_OIDC_CLIENT_ID: clientId } = config;
  if (folder === undefined) return undefined;
  const params = Object.fromEntries(new URLSearchParams(config.PAGE_OIDC_PARAMS));
  const oidc =
    authority === undefined || clientId === undefined
      ? undefined
      : { authority, clientId, scope: config.PAGE_OIDC_SCOPE, params };
  return { folder, signer, oidc, connectOrigins: config.PAGE_CONNECT_ORIGINS };
}

function rateLimitsOf(config: Config, { db }: Postgres): RateLimits {
  const limiter = (name: string, perMinute: number) =>
    perMinute === 0 ? undefined : openRateLimiter(db, name, perMinute);
  return {
    user: limiter('user', config.RATE_LIMIT_USER_PER_MINUTE),
    address: limiter('address', config.RATE_LIMIT_ADDRESS_PER_MINUTE),
  };
}

const hubOptionsOf = (config: Config) => ({
  heartbeatMs: config.LIVE_HEARTBEAT_MS,
  maxStreams: config.LIVE_MAX_STREAMS,
  maxStreamsPerOwner: config.LIVE_MAX_STREAMS_PER_OWNER,
});
