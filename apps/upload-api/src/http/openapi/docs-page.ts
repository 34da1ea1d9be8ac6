import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';
import helmet from 'helmet';
import { methodNotAllowed } from '../route.ts';
import type { OpenApiDocument } from './document.ts';

/** Of swagger-ui-dist, the files that the page needs. */
const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const pageAt = (base: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Darkroom API</title>
    <link rel="icon" href="${base}/docs/favicon-32x32.png">
    <link rel="stylesheet" href="${base}/docs/swagger-ui.css">
    <script src="${base}/docs/swagger-ui-bundle.js" defer></script>
    <script src="${base}/docs/start.js" defer></script>
  </head>
  <body><main id="docs"></main></body>
</html>
`;

/** A script of its own, since the policy allows none inside the page. */
const scriptAt = (base: string): string => `SwaggerUIBundle({
  url: '${base}/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** The document at `/openapi.json`, and at `/docs` a page to read it and try it: our own files, no other host. */
export function docsRouter(document: OpenApiDocument): Router {
  const router = Router();
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const text = JSON.stringify(document);
  router.get('/openapi.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache').type('json').send(text);
  });
  router.use('/docs', contentPolicy);
  router.get('/docs', ({ baseUrl }, response) => {
    response.setHeader('Cache-Control', 'no-cache').type('html').send(pageAt(baseUrl));
  });
  router.get('/docs/start.js', ({ baseUrl }, response) => {
    response.setHeader('Cache-Control', 'no-cache').type('js').send(scriptAt(baseUrl));
  });
  for (const path of ['/openapi.json', '/docs', '/docs/start.js'])
    router.all(path, methodNotAllowed(['get']));
  for (const name of files) {
    router.get(`/docs/${name}`, (_request, response) => {
      response.setHeader('Cache-Control', 'no-cache').sendFile(name, { root, cacheControl: false });
    });
  }
  return router;
}

/** The icons of swagger-ui.css are data URLs. */
const contentPolicy = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false, // for whoever ends TLS, who knows the whole domain
});
