import { imageStatuses, type ImageStatus } from '@darkroom/contracts';
import { ChangeBuilder, type Image } from '@darkroom/domain';
import { acceptedImage, changeOf } from '@darkroom/domain/testing';
import fc from 'fast-check';
import { openStores, type PostgresStores } from '../testing/open-stores.fixture.ts';

type Step =
  | { readonly kind: 'insert'; readonly owner: number; readonly size: number; readonly status: ImageStatus }
  | { readonly kind: 'change'; readonly pick: number; readonly size: number; readonly status: ImageStatus }
  | { readonly kind: 'fail'; readonly pick: number }
  | { readonly kind: 'remove'; readonly pick: number };

const status = fc.constantFrom(...imageStatuses);
const size = fc.integer({ min: 1, max: 10_000_000_000 });
const pick = fc.nat(1_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), owner: fc.nat(2), size, status }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('change' as const), pick, size, status }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick }) },
);

describe('counters', () => {
  let stores: PostgresStores;
  const images: Image[] = [];

  beforeAll(async () => {
    stores = await openStores();
  });
  afterAll(async () => {
    await stores.close();
  });

  const apply = async (what: Step): Promise<void> => {
    if (what.kind === 'insert') {
      const image = acceptedImage({
        ownerId: `owner ${what.owner}`,
        fileSize: what.size,
        status: what.status,
      });
      await stores.images.insert(changeOf(image));
      images.push(image);
      return;
    }
    const id = images[what.pick % Math.max(1, images.length)]?.id;
    if (id === undefined) return;
    if (what.kind === 'remove') await stores.images.remove(id);
    if (what.kind === 'change')
      await stores.images.update(id, (image) =>
        new ChangeBuilder(image, new Date()).set({ fileSize: what.size, status: what.status }).build(),
      );
    if (what.kind === 'fail') {
      // The same key twice: refused by the database after the row has been written, so that all is rolled back.
      const variant = { name: 'a', key: `k-${id}`, width: 1, height: 1, size: 1, contentType: 'image/webp' };
      const broken = stores.images.update(id, (image) =>
        new ChangeBuilder(image, new Date())
          .set({ fileSize: 1, status: 'failed', variants: [variant, { ...variant, name: 'b' }] })
          .build(),
      );
      await broken.catch((error: unknown) => expect(error).toMatchObject({ code: 'conflict' }));
    }
  };

  const counted = async (): Promise<unknown> => {
    const { rows } = await stores.database.knex.raw<{ rows: unknown[] }>(
      `select owner_id, category_id, status, count, bytes from image_counters where count <> 0 or bytes <> 0
       order by 1, 2, 3`,
    );
    return rows;
  };
  const fullCount = async (): Promise<unknown> => {
    const { rows } = await stores.database.knex.raw<{ rows: unknown[] }>(
      `select owner_id, category_id, status, count(*) as count, sum(file_size)::bigint as bytes from images
       group by 1, 2, 3 order by 1, 2, 3`,
    );
    return rows;
  };

  it('equal a full count after any operations, eight at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }), async (steps) => {
        const queue = [...steps];
        const worker = async (): Promise<void> => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) await apply(next);
        };
        await Promise.all(Array.from({ length: 8 }, worker));
        expect(await counted()).toEqual(await fullCount());
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(images.length).toBeGreaterThan(100);
  });
});
