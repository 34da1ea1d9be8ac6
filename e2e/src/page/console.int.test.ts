/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import { Client, waitFor } from '@darkroom/testing';
import { buryEvent, inDatabase } from './dead-letters.ts';
import { openPageWorld, photographs, signIn, tabTo, type PageWorld } from './open-page.ts';

let world: PageWorld;
beforeAll(async () => (world = await openPageWorld()), 180_000);
afterAll(() => world.close());

/** A name that nobody else has, also where several runs share a stack. */
const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;

/** Whether no group has anything of an image left to do or to show. */
const isSettled = (imageId: string) =>
  inDatabase(world.stack, async ({ db }) => {
    const { rows } = await db.run((knex) =>
      knex.raw<{ rows: unknown[] }>('select from deliveries where image_id = ?', [imageId]),
    );
    return rows.length === 0;
  });

it('shows an admin what was given up, who replays one and discards another', async () => {
  const [photo] = await photographs();
  const client = await Client.of(world.stack, unique('owner'));
  const { id } = await client.upload(photo!, 'image/jpeg');
  const [first, second] = [unique('the disk is full'), unique('the disk is gone')];
  await buryEvent(world.stack, id, 'variant-worker', first);

  const { page, context, complaints } = await world.visit();
  await signIn(page, unique('operator'), { admin: true });
  await page.getByRole('link', { name: 'Console' }).click();
  await page.getByRole('heading', { name: 'Console', level: 1 }).waitFor();
  const row = (error: string) => page.getByRole('row').filter({ hasText: error });
  await row(first).waitFor();
  await page.getByRole('table', { name: 'Groups' }).getByRole('row', { name: 'variant-worker' }).waitFor();

  // By keyboard alone
  const name = await row(first).getByRole('button').getAttribute('aria-label');
  await tabTo(page, name ?? '');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(first).waitFor();
  await dialog.getByRole('region', { name: 'Payload' }).getByText(`"image_id": "${id}"`).waitFor();
  await dialog.getByRole('region', { name: 'Headers' }).getByText('ce_type').waitFor();
  await tabTo(page, 'Replay');
  await page.keyboard.press('Enter');
  await page.getByText('Given to variant-worker again').waitFor();
  await row(first).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await waitFor(() => isSettled(id), { what: 'the worker to be done with it', timeoutMs: 30_000 });

  await buryEvent(world.stack, id, 'variant-worker', second);
  await row(second).getByRole('button').click(); // it appears by itself
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
  await page.getByText('The event was discarded').waitFor();
  await row(second).waitFor({ state: 'detached' });

  await page.route('**/api/admin/overview', (route) => route.abort());
  await page.reload();
  await page.getByText('The present state could not be loaded').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('table', { name: 'Dead letters' }).waitFor();
  await page.evaluate(() => localStorage.setItem('darkroom.locale', 'ko'));
  await page.reload();
  await page.getByRole('heading', { name: '운영', level: 1 }).waitFor();
  await page.getByRole('table', { name: '처리하지 못한 이벤트' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 180_000);

it('is neither offered nor shown to anybody else', async () => {
  const { page, context } = await world.visit();
  const asked = page.waitForResponse('**/api/images/stats/overview');
  await signIn(page, unique('visitor'));
  await (await asked).finished();
  await page.getByRole('link', { name: 'Categories' }).waitFor();
  expect(await page.getByRole('link', { name: 'Console' }).count()).toBe(0);
  await page.goto(`${world.stack.page}/console`);
  await page.getByText('For administrators').waitFor();
  expect(await page.getByRole('table').count()).toBe(0);
  await context.close();
}, 120_000);
