import { join } from 'node:path';
import compression from 'compression';
import express, { Router, type RequestHandler } from 'express';
import expressStaticGzip from 'express-static-gzip';
import helmet from 'helmet';
import type { UrlSigner } from '@darkroom/domain';
import { HttpFault } from './problem.ts';

export interface PageOptions {
  /** Where the built page lies. */
  readonly folder: string;
  readonly signer: Pick<UrlSigner, 'presignPost' | 'signGet' | 'urlOf'>;
  /** How people sign in, unless it is by name alone. */
  readonly oidc: OidcSettings | undefined;
  /** Where else the page may send requests to. */
  readonly connectOrigins: readonly string[];
}

/** An OpenID provider, as the page is told of it. */
export interface OidcSettings {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What the page is told at its start. */
export interface PageConfig {
  readonly apiBase: string;
  /** `local`: anybody may sign in by name alone. */
  readonly signIn: 'local' | { readonly oidc: OidcSettings } | null;
}

const year = '365d';

/**
 * The built page: files with a hash in their name are kept by browsers for good, all else is asked for again. A path
 * without a file name is the page's own affair and gets `index.html`.
 */
export function pageRouter(options: PageOptions, localSignIn: boolean): Router {
  const { folder, oidc } = options;
  const config: PageConfig = { apiBase: '/api', signIn: localSignIn ? 'local' : oidc ? { oidc } : null };
  const stores = storesOf(options.signer);
  const router = Router();
  router.use(contentPolicy(options, stores));
  router.get('/config.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-store').json(config);
  });
  router.use(compression());
  router.use(
    '/assets',
    // As the build has compressed them; what came later, and whoever takes no Brotli, is compressed on the way.
    expressStaticGzip(join(folder, 'assets'), {
      enableBrotli: true,
      index: false,
      serveStatic: { immutable: true, maxAge: year, index: false },
    }),
  );
  router.use(express.static(folder, { index: false, cacheControl: false, setHeaders: askAgain }));
  router.get(/^\/(?!api(?:\/|$)|assets\/)(?:.*\/)?[^./]*$/, async (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-cache');
    // Pictures come from there: the browser connects while it still reads the page's scripts.
    response.setHeader('Link', (await stores()).map((origin) => `<${origin}>; rel=preconnect`).join(', '));
    response.sendFile('index.html', { root: folder, cacheControl: false }, (error: unknown) => {
      if (error !== undefined && !response.headersSent) {
        next(new HttpFault(404, 'page_not_built', 'The page has not been built.'));
      }
    });
  });
  return router;
}

function askAgain(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('Cache-Control', 'no-cache');
}

/** The page runs its own scripts alone, and talks to the API and to where files go and come from. */
function contentPolicy({ oidc, connectOrigins }: PageOptions, origins: Origins): RequestHandler {
  const provider = oidc === undefined ? [] : [new URL(oidc.authority).origin];
  return async (request, response, next) => {
    const stores = await origins();
    const policy = helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:', ...stores],
          connectSrc: ["'self'", ...stores, ...provider, ...connectOrigins],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: false, // for whoever ends TLS, who knows the whole domain
      crossOriginEmbedderPolicy: false, // variants come from the bucket, which sends no such header
    });
    policy(request, response, next);
  };
}

type Origins = () => Promise<readonly string[]>;

/** Where files go and come from: asked once, and again after a failure. */
function storesOf(signer: PageOptions['signer']): Origins {
  let origins: ReturnType<Origins> | undefined;
  return async () => {
    origins ??= storeOrigins(signer);
    try {
      return await origins;
    } catch (error) {
      origins = undefined;
      throw error;
    }
  };
}

/** The origins of the URLs that the signer gives out: uploads, originals, public and private variants. */
async function storeOrigins(signer: PageOptions['signer']): Promise<readonly string[]> {
  const policy = { key: 'incoming/x', contentType: 'image/jpeg', size: 1, sha256: null, expiresInSeconds: 1 };
  const urls = await Promise.all([
    signer.presignPost(policy).then(({ url }) => url),
    signer.signGet('originals/x'),
    signer.urlOf('images/x'),
    signer.urlOf('private/x'),
  ]);
  return [...new Set(urls.map((url) => new URL(url).origin))];
}
