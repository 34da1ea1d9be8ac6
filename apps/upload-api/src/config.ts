import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectorVariables } from '@darkroom/adapter-inspector';
import { kafkaProblems, kafkaVariables } from '@darkroom/adapter-kafka';
import { databaseVariables } from '@darkroom/adapter-postgres';
import { s3Problems, s3Variables } from '@darkroom/adapter-s3';
import { sqsVariables } from '@darkroom/adapter-sqs';
import { setting } from '@darkroom/runtime';
import { z } from 'zod';
import { isOriginPattern } from './http/cors-origins.ts';
import { parseTrustedProxies, type TrustedProxies } from './http/trusted-proxies.ts';
import { parseAllowedRanges } from './webhooks/index.ts';

const roles = ['api', 'relay', 'publisher', 'webhooks'] as const;
export type Role = (typeof roles)[number];

/** HS256 wants a key at least as long as its hash (RFC 7518, 3.2). */
const secret = z.string().min(32, 'at least 32 characters');
const dayMs = 86_400_000;
/** The longest that temporary credentials of a role live (AWS STS, AssumeRole: DurationSeconds). */
const longestSessionMs = dayMs / 2;
const perMinute = z.coerce.number().int().min(0).max(1_000_000);

export const configSchema = z
  .object({
    LOG_LEVEL: setting.logLevel(),
    /** API, page, health and metrics; 0 lets the system choose. */
    HTTP_PORT: setting.port().default(8080),
    /** Address to listen on; all addresses where left out. */
    HTTP_HOST: z.string().optional(),
    SHUTDOWN_GRACE_MS: setting.ms().default(10_000),
    /** What this process does, so that each part can be scaled by itself. */
    ROLES: setting
      .list()
      .pipe(z.array(z.enum(roles)).min(1))
      .default([...roles]),
    ...databaseVariables,
    ...s3Variables,
    ...sqsVariables,
    ...kafkaVariables,
    /** The publisher has work to do only where events travel by Kafka. */
    EVENT_BUS: z.enum(['postgres', 'kafka']).default('postgres'),

    /** HS256. With the previous one set as well, tokens of both are valid while secrets are rotated. */
    AUTH_JWT_SECRET: secret.optional(),
    AUTH_JWT_SECRET_PREVIOUS: secret.optional(),
    /** Keys for tokens with asymmetric signatures. */
    AUTH_JWKS_URL: setting.url().optional(),
    AUTH_ISSUER: z.string().optional(),
    AUTH_AUDIENCE: z.string().optional(),
    /** The claim that lists roles; dots lead into objects, such as `realm_access.roles`. */
    AUTH_ROLES_CLAIM: z.string().default('roles'),
    AUTH_ADMIN_ROLE: z.string().default('admin'),
    AUTH_SERVICE_ROLE: z.string().default('service'),

    /** Origins of pages that may call the API; `http://localhost:*` allows any port. */
    CORS_ORIGINS: setting
      .list()
      .pipe(
        z.array(
          z.string().refine(isOriginPattern, 'origins such as https://example.org or http://localhost:*'),
        ),
      )
      .default([]),
    /**
     * Proxies whose `X-Forwarded-For` tells the address of a caller: how many stand before us, or their addresses and networks,
     * such as `loopback, 10.0.0.0/8`. None where left out: then the address of the connection counts.
     */
    TRUST_PROXY: z
      .string()
      .transform(parseTrustedProxies)
      .pipe(
        z.union([z.number(), z.array(z.string())], 'a number of proxies, or their addresses and networks'),
      )
      .default([]),
    /** Calls of one user, and from one address; 0: as many as they like. */
    RATE_LIMIT_USER_PER_MINUTE: perMinute.default(1_200),
    RATE_LIMIT_ADDRESS_PER_MINUTE: perMinute.default(6_000),
    /** What each owner may have who has no quota of their own; as much as they like where left out. */
    QUOTA_IMAGES: setting.count(Number.MAX_SAFE_INTEGER).optional(),
    QUOTA_BYTES: setting.bytes().optional(),

    /** How long an upload policy may be used; S3 needs credentials that live as long. */
    UPLOAD_EXPIRY_MS: setting.ms().default(15 * 60_000),
    /** How long a deleted image can be restored. */
    RESTORE_WINDOW_MS: setting.ms(365 * dayMs).default(7 * dayMs),

    /** Pause between the signs of life of a live stream: shorter than proxies keep a silent connection. */
    LIVE_HEARTBEAT_MS: setting.ms().default(15_000),
    /** Live streams of one process, and of one owner there. */
    LIVE_MAX_STREAMS: setting.count(100_000).default(5_000),
    LIVE_MAX_STREAMS_PER_OWNER: setting.count(100_000).default(50),

    /** The built page, served at `/`; none where left out. */
    PAGE_DIR: z.string().optional(),
    /**
     * The OpenID provider by which people sign in to the page (code flow with PKCE): its issuer, and the page's client id
     * there. Its access tokens are what the API gets: AUTH_JWKS_URL verifies them.
     */
    PAGE_OIDC_AUTHORITY: setting.url().optional(),
    PAGE_OIDC_CLIENT_ID: z.string().min(1).optional(),
    /** `offline_access` brings the refresh token, without which people sign in again when a token ends. */
    PAGE_OIDC_SCOPE: z.string().default('openid profile offline_access'),
    /** Sent along to the provider as they are, as in a query string: `audience=darkroom` for Auth0. */
    PAGE_OIDC_PARAMS: z.string().default(''),
    /** What else the page may call: the provider's token endpoint, where that is not at its issuer's origin. */
    PAGE_CONNECT_ORIGINS: setting
      .list()
      .pipe(z.array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)))
      .default([]),
    /**
     * DANGER: gives a token for any name, and any role, to whoever asks. For the local stack alone, where everybody who
     * reaches the port is the developer. Never set it on a server that others can reach.
     */
    LOCAL_SIGN_IN: setting.flag().default(false),

    /**
     * Where webhooks may go beside public addresses, by http too: CIDRs, comma-separated; `true` for this machine and
     * networks of one's own. Whoever may make a webhook can then reach what is there. `false`: public addresses alone.
     */
    WEBHOOK_ALLOW_PRIVATE: z
      .string()
      .default('false')
      .transform((text, context) => {
        const ranges = parseAllowedRanges(text);
        if (ranges !== undefined) return ranges;
        context.addIssue({ code: 'custom', message: 'true, false, or CIDRs such as 10.1.0.0/16,fd00::/8' });
        return z.NEVER;
      }),

    ...inspectorVariables,
    /** Notifications are taken by so many long polls at once. */
    RELAY_POLLERS: setting.count(32).default(2),
    SCRATCH_DIR: z.string().default(join(tmpdir(), 'darkroom')),
  })
  .superRefine((env, context) => {
    for (const { variable, message } of [
      ...s3Problems(env),
      ...(env.EVENT_BUS === 'kafka' ? kafkaProblems(env) : []),
      ...authProblems(env),
      ...pageProblems(env),
    ]) {
      context.addIssue({ code: 'custom', path: [variable], message });
    }
    if (env.UPLOAD_EXPIRY_MS < 1_000 || env.UPLOAD_EXPIRY_MS > 7 * dayMs) {
      context.addIssue({ code: 'custom', path: ['UPLOAD_EXPIRY_MS'], message: 'from 1000 to 604800000' });
    }
    if (env.AWS_SESSION_TOKEN !== undefined && env.UPLOAD_EXPIRY_MS > longestSessionMs) {
      const message =
        'at most 43200000 beside AWS_SESSION_TOKEN: a policy ends with the credentials that signed it';
      context.addIssue({ code: 'custom', path: ['UPLOAD_EXPIRY_MS'], message });
    }
  });
export type Config = z.infer<typeof configSchema>;

interface AuthVariables {
  readonly ROLES: readonly Role[];
  readonly AUTH_JWT_SECRET?: string | undefined;
  readonly AUTH_JWT_SECRET_PREVIOUS?: string | undefined;
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly LOCAL_SIGN_IN: boolean;
  readonly TRUST_PROXY: TrustedProxies;
}

function authProblems(env: AuthVariables): { variable: string; message: string }[] {
  if (env.LOCAL_SIGN_IN && (typeof env.TRUST_PROXY === 'number' || env.TRUST_PROXY.length > 0)) {
    // Any page could then name the host for which it asks, by X-Forwarded-Host
    return [{ variable: 'LOCAL_SIGN_IN', message: 'is not possible beside TRUST_PROXY' }];
  }
  if (env.AUTH_JWT_SECRET !== undefined || !env.ROLES.includes('api')) return [];
  const problems = [];
  if (env.AUTH_JWKS_URL === undefined) {
    problems.push({ variable: 'AUTH_JWT_SECRET', message: 'set this or AUTH_JWKS_URL, to verify tokens' });
  }
  if (env.AUTH_JWT_SECRET_PREVIOUS !== undefined) {
    problems.push({ variable: 'AUTH_JWT_SECRET', message: 'is needed beside AUTH_JWT_SECRET_PREVIOUS' });
  }
  if (env.LOCAL_SIGN_IN) {
    problems.push({ variable: 'AUTH_JWT_SECRET', message: 'is needed for LOCAL_SIGN_IN' });
  }
  return problems;
}

interface PageVariables {
  readonly PAGE_OIDC_AUTHORITY?: string | undefined;
  readonly PAGE_OIDC_CLIENT_ID?: string | undefined;
  readonly LOCAL_SIGN_IN: boolean;
}

function pageProblems(env: PageVariables): { variable: string; message: string }[] {
  const { PAGE_OIDC_AUTHORITY: authority, PAGE_OIDC_CLIENT_ID: clientId } = env;
  if ((authority === undefined) !== (clientId === undefined)) {
    const variable = authority === undefined ? 'PAGE_OIDC_AUTHORITY' : 'PAGE_OIDC_CLIENT_ID';
    return [{ variable, message: 'PAGE_OIDC_AUTHORITY and PAGE_OIDC_CLIENT_ID are set together' }];
  }
  if (authority === undefined || !env.LOCAL_SIGN_IN) return [];
  return [{ variable: 'LOCAL_SIGN_IN', message: 'is not possible beside PAGE_OIDC_AUTHORITY' }];
}
