import { Client } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { buryEvent } from './dead-letters.ts';
import { signIn, uploadAndOpen, type PageWorld } from './open-page.ts';
import { takePicture } from './take-picture.ts';

const imageIdIn = (address: string): string => new URL(address).pathname.split('/').at(-1) ?? '';

/** What is edited, changed by somebody else meanwhile, and asked before it is done. */
export async function takeDialogs(world: PageWorld, photo: string): Promise<void> {
  const { page, context } = await world.visit();
  await signIn(page, 'mina');
  const id = imageIdIn(await uploadAndOpen(page, photo));
  const client = await Client.of(world.stack, 'mina');
  await page.locator('.variants > li').nth(4).waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Title').fill('Evening by the lake');
  await takePicture(page, 'edit');
  await client.call('PATCH', `/images/${id}`, { title: 'Lake at dusk', tags: ['lake'] });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('group', { name: 'This image was changed meanwhile' }).waitFor();
  await tall(page, 'conflict', 1120);
  await page.getByRole('button', { name: 'Save mine' }).click();
  await page.getByRole('heading', { name: 'Evening by the lake', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('was deleted').first().waitFor();
  await page.getByRole('link', { name: 'Deleted', exact: true }).click();
  await page.getByRole('button', { name: /^Delete for good/ }).click();
  await page.getByRole('alertdialog').waitFor();
  await takePicture(page, 'question');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await openImage(page, world, id);
  await takePicture(page, 'image-deleted');
  await context.close();
}

/** In a window in which all of it has room. */
async function tall(page: Page, name: string, height: number): Promise<void> {
  const usual = page.viewportSize();
  await page.setViewportSize({ width: usual?.width ?? 1280, height });
  await takePicture(page, name);
  if (usual !== null) await page.setViewportSize(usual);
}

async function openImage(page: Page, world: PageWorld, id: string): Promise<void> {
  await page.goto(`${world.stack.page}/images/${id}`);
  await page.locator('.timeline__entry').first().waitFor();
}

/** An upload that is refused, nothing at an address, a list that cannot be loaded, no network. */
export async function takeTrouble(world: PageWorld): Promise<void> {
  const { page, context } = await world.visit();
  await signIn(page, 'noor');
  const client = await Client.of(world.stack, 'noor');
  const bytes = new TextEncoder().encode('just some text, no picture at all');
  const id = await client.send({ filename: 'notes.jpg', contentType: 'image/jpeg', bytes });
  await client.complete(id);
  await openImage(page, world, id);
  await takePicture(page, 'image-refused');
  await page.goto(`${world.stack.page}/images/01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b`);
  await page.getByRole('heading', { name: 'No such image' }).waitFor();
  await takePicture(page, 'no-such-image');
  await page.goto(`${world.stack.page}/nowhere`);
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await takePicture(page, 'not-found');
  await page.route('**/api/images?*', (route) => route.abort());
  await page.goto(world.stack.page);
  await page.getByText('Your images could not be loaded').waitFor();
  await takePicture(page, 'error');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No images yet').waitFor();
  await context.setOffline(true);
  await page.getByText('You are offline').waitFor();
  await takePicture(page, 'offline');
  await context.close();
}

/** What admins alone see: the console with one dead letter opened, and how a category is made. */
export async function takeConsole(world: PageWorld, photo: string): Promise<void> {
  const client = await Client.of(world.stack, 'hana');
  const { id } = await client.upload(photo, 'image/jpeg');
  await buryEvent(world.stack, id, 'variant-worker', 'The store cannot be reached: connect ECONNREFUSED');
  const { page, context } = await world.visit();
  await signIn(page, 'chief', { admin: true });
  await page.getByRole('link', { name: 'Categories' }).click();
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Products');
  await takePicture(page, 'category');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Console' }).click();
  const row = page.getByRole('row').filter({ hasText: 'The store cannot be reached' });
  await row.waitFor();
  await tall(page, 'console', 1240);
  await row.getByRole('button').click();
  await page.getByRole('dialog').getByRole('region', { name: 'Payload' }).waitFor();
  await tall(page, 'dead-letter', 1100);
  await context.close();
}
