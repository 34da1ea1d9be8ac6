import { ChangeBuilder, type Image } from '@darkroom/domain';
import { changeOf, sampleImage } from '@darkroom/domain/testing';
import { tokenFor, type TestApi } from '../api.fixture.ts';

let owners = 0;

/** An owner that no other test has. */
export const newOwner = (): string => `owner ${(owners += 1)}`;

/** An image as presigning makes it, with the first entry of its timeline. */
export async function insertImage({ postgres }: TestApi, ownerId: string): Promise<Image> {
  const image = sampleImage({ ownerId });
  await postgres.images.insert(changeOf(image, (change) => change.note('presigned')));
  return image;
}

/** Changes that write more entries than events, as many, fewer, and entries alone. */
export async function changeImage({ postgres }: TestApi, id: string, n: number): Promise<void> {
  await postgres.images.update(id, (image) => {
    const change = new ChangeBuilder(image, new Date());
    if (n % 4 === 0)
      change.note('stored', { n }).note('accepted', { n }).emit('ImageUpdated', { fields: [] });
    else if (n % 4 === 1) change.note('described', { n });
    else if (n % 4 === 2) change.note('updated', { n }).emit('ImageUpdated', { fields: [] });
    else
      change.emit('ImageUpdated', { fields: [] }).emit('ImageUpdated', { fields: [] }).note('updated', { n });
    return change.build();
  });
}

/** The timeline as HTTP shows it. */
export async function timelineOf({ postgres }: TestApi, id: string) {
  const entries = await postgres.queries.timeline(id, 0);
  return entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
}

export async function bearer(
  owner: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenFor(owner, claims)}` };
}
