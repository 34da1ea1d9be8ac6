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

/** What the database itself says. */
const ask = <T>(sql: string, bindings: readonly string[] = []) =>
  inDatabase(world.stack, async ({ db }) => {
    const { rows } = await db.run((knex) => knex.raw<{ rows: T[] }>(sql, [...bindings]));
    return rows;
  });

/** Joins the event log, takes everything, and finishes nothing. */
const lagBehind = (group: string) =>
  inDatabase(world.stack, async (postgres) => {
    const bus = postgres.openBus();
    const subscription = await bus.subscribe(group, {
      onRecords: () => undefined,
      onRevoked: () => undefined,
      onFatal: () => undefined,
    });
    await subscription.close();
    await bus.close();
  });

it('shows an admin use, lag, what is stuck and what never came', async () => {
  const [photo] = await photographs();
  const client = await Client.of(world.stack, unique('owner'));
  const { id: stuck } = await client.upload(photo!, 'image/jpeg');
  const isReady = async () =>
    (await ask('select from image_work where image_id = ?', [stuck])).length === 0 && isSettled(stuck);
  await waitFor(isReady, { what: 'the image to be ready', timeoutMs: 60_000 });
  await ask('insert into image_work (image_id) values (?)', [stuck]);
  await ask("update images set updated_at = now() - interval '20 minutes' where id = ?", [stuck]);
  const file = { filename: 'a.jpg', contentType: 'image/jpeg', bytes: Buffer.from('never sent') };
  const { image_id: orphan } = await client.presigned(file);
  await ask("update images set created_at = now() - interval '25 hours' where id = ?", [orphan]);
  const reader = unique('reader');
  await lagBehind(reader);

  const { page, context, complaints } = await world.visit();
  await signIn(page, unique('operator'), { admin: true });
  await page.getByRole('link', { name: 'Console' }).click();
  const rowOf = (table: string, text: string) =>
    page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text });
  await rowOf('Stuck images', stuck).waitFor();
  await rowOf('Uploads that did not come', orphan).waitFor();

  const cells = () => rowOf('Groups', reader).getByRole('cell').allTextContents();
  const lag = `select count(*) from event_log l join event_group_offsets o on o.partition = l.partition
    where o.group_name = ? and l.log_offset >= o.next_offset`;
  const isAsTheLogSays = async () => {
    const [{ count } = { count: '' }] = await ask<{ count: string }>(lag, [reader]);
    return Number(count) > 0 && (await cells())[0] === count;
  };
  await waitFor(isAsTheLogSays, { what: 'the lag of the reader', timeoutMs: 30_000 });
  const [, seconds, waiting, dead] = await cells();
  expect([seconds, waiting, dead]).toEqual([expect.stringMatching(/^[1-9]\d*(\.\d)?[sm]$/), '0', '0']);

  const [use] = await ask<{ images: string; bytes: string }>(
    "select count(*) as images, sum(file_size) as bytes from images where status = 'completed'",
  );
  const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('dd').innerText();
  expect(await figure('Images')).toBe(use!.images);
  const [, number, unit] = /^([\d.]+) (kB|MB)$/.exec(await figure('Storage')) ?? [];
  const shown = Number(number) * 1_024 ** (unit === 'MB' ? 2 : 1);
  expect(shown / Number(use!.bytes)).toBeCloseTo(1, 1); // it is rounded
  const completed = rowOf('Images by status', 'Ready').getByRole('cell').first();
  expect(await completed.innerText()).toContain(use!.images);

  await ask('delete from event_groups where name = ?', [reader]); // the log is kept for whoever has not read it
  await ask('delete from image_work where image_id = ?', [stuck]);
  await ask('delete from images where id = ?', [orphan]);
  await rowOf('Stuck images', stuck).waitFor({ state: 'detached' });
  await rowOf('Groups', reader).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await context.close();
}, 240_000);

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
