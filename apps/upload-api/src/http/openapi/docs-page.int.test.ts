import express from 'express';
import { launchBrowser } from '@darkroom/testing';
import { serve, type HttpServer } from '../serve.ts';
import { docsRouter } from './docs-page.ts';
import { openApiDocument } from './document.ts';
import { listCategoriesRoute } from '../routes/list-categories.route.ts';

let server: HttpServer;

beforeAll(async () => {
  const app = express();
  const categories = { list: () => Promise.reject(new Error('not asked')) };
  const route = listCategoriesRoute({ categories } as unknown as Parameters<typeof listCategoriesRoute>[0]);
  app.use('/api', docsRouter(openApiDocument([route])));
  app.get('/api/images/categories', (request, response) => {
    response.json([{ name: `asked with ${request.get('authorization')}` }]);
  });
  server = await serve(app, 0, '127.0.0.1');
});
afterAll(() => server.close(0));

it('is read and tried in a browser, within its policy and without another host', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    const hosts = new Set<string>();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http')) hosts.add(url.host);
    });
    await page.goto(`http://127.0.0.1:${server.port}/api/docs`);
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('#auth-bearer-value').fill('my.own.token');
    const form = page.locator('form').filter({ has: page.locator('#auth-bearer-value') });
    await form.locator('.authorize').click();
    await page.locator('.auth-btn-wrapper .btn-done').first().click();
    await page.locator('#operations-Uploads-listCategories .opblock-summary-control').click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('asked with Bearer my.own.token').waitFor();
    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([`127.0.0.1:${server.port}`]);
  } finally {
    await browser.close();
  }
});
