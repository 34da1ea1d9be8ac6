import { newId } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { ImageFilter } from '../ports/image-queries.ts';
import { acceptedImage, changeOf, sampleImage } from './sample-image.ts';
import { storesOfSuite, type OpenStores } from './stores.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const inAnHour = (): Date => new Date(Date.now() + 3_600_000);
const deleted = { status: 'deleted', statusBeforeDelete: 'completed', deletedAt: new Date(start) } as const;
const minutes = (n: number): Date => new Date(start + n * 60_000);

/** What every `ImageQueries` must do. */
export function imageQueriesContract(open: OpenStores): void {
  const stores = storesOfSuite(open);

  const insert = async (fields: readonly Partial<Image>[]): Promise<Image[]> => {
    const all = fields.map((one) => acceptedImage(one));
    for (const image of all) await stores().images.insert(changeOf(image));
    return all;
  };
  const ids = (list: readonly Image[]): string[] => list.map(({ id }) => id);
  const found = async (filter: ImageFilter): Promise<string[]> => {
    const page = await stores().queries.list(filter, { page: 1 }, 100);
    expect(page.count).toBe(page.items.length);
    return ids(page.items);
  };

  it('lists newest first, by cursor and by page, without gaps or doubles', async () => {
    const ownerId = newId();
    // Several of one millisecond: the id decides between them.
    const made = await insert(
      Array.from({ length: 11 }, (_, i) => ({ ownerId, createdAt: minutes(i >> 2) })),
    );
    const expected = ids(
      made.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1)),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const from = cursor === undefined ? { page: 1 } : { cursor };
      const page = await stores().queries.list({ ownerId }, from, 3);
      expect(page.count).toBe(11);
      seen.push(...ids(page.items));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(expected);
    const third = await stores().queries.list({ ownerId }, { page: 3 }, 4);
    expect(ids(third.items)).toEqual(expected.slice(8));
    expect(third.nextCursor).toBeUndefined();
    const beyond = await stores().queries.list({ ownerId }, { page: 9 }, 4);
    expect(beyond).toEqual({ items: [], count: 11, nextCursor: undefined });
  });

  it('refuses cursors that are not its own, or of another filter', async () => {
    const { queries } = stores();
    const ownerId = newId();
    await insert([{ ownerId }, { ownerId }]);
    const { nextCursor } = await queries.list({ ownerId }, { page: 1 }, 1);
    expect(nextCursor).toBeDefined();
    for (const cursor of ['', 'nonsense', 'MS4x', '\u0000', `${nextCursor}x!`, 'é'.repeat(300)])
      await expect(queries.list({ ownerId }, { cursor }, 1)).rejects.toMatchObject({ code: 'invalid' });
    const other = queries.list({ ownerId: newId() }, { cursor: nextCursor ?? '' }, 1);
    await expect(other).rejects.toMatchObject({ code: 'invalid', reason: 'invalid_cursor' });
  });

  it('keeps to owner, category, status and dates', async () => {
    const ownerId = newId();
    const { id: categoryId } = await stores().categories.create({
      name: `Category ${newId()}`,
      description: '',
      maxFileSize: 1,
      allowedExtensions: ['png'],
      isActive: true,
      visibility: 'private',
    });
    const [old, recent, failed, elsewhere] = await insert([
      { ownerId, createdAt: minutes(0) },
      { ownerId, createdAt: minutes(10) },
      { ownerId, createdAt: minutes(20), status: 'failed', failureCode: 'not_an_image' },
      { ownerId, createdAt: minutes(30), categoryId },
      { createdAt: minutes(40) },
    ]);
    expect(await found({ ownerId })).toEqual([elsewhere?.id, recent?.id, old?.id]);
    expect(await found({ ownerId, status: 'failed' })).toEqual([failed?.id]);
    expect(await found({ ownerId, status: 'deleted' })).toEqual([]);
    expect(await found({ ownerId, categoryId })).toEqual([elsewhere?.id]);
    expect(await found({ categoryId })).toEqual([elsewhere?.id]);
    expect(await found({ ownerId, from: minutes(10) })).toEqual([elsewhere?.id, recent?.id]);
    expect(await found({ ownerId, before: minutes(10) })).toEqual([old?.id]);
    expect(await found({ ownerId, from: minutes(0), before: minutes(11), categoryId: 1 })).toEqual([
      recent?.id,
      old?.id,
    ]);
  });

  it('has deleted images as long as they can come back, and neither lists nor counts them after that', async () => {
    const ownerId = newId();
    const [kept] = await insert([
      { ownerId, tags: ['t'], ...deleted, purgeAfter: inAnHour() },
      { ownerId, tags: ['t'], ...deleted, purgeAfter: minutes(1) }, // too late
      { ownerId, tags: ['t'], ...deleted, statusBeforeDelete: null, purgeAfter: minutes(1) }, // for good
    ]);
    expect(await found({ ownerId, status: 'deleted' })).toEqual([kept?.id]);
    expect(await found({ ownerId, status: 'deleted', tags: ['t'] })).toEqual([kept?.id]);
    expect((await stores().queries.overview(ownerId)).byStatus).toEqual([{ status: 'deleted', count: 1 }]);
    const other = newId();
    await insert([{ ownerId: other, ...deleted, statusBeforeDelete: null, purgeAfter: minutes(1) }]);
    expect(await found({ ownerId: other, status: 'deleted' })).toEqual([]);
    expect((await stores().queries.overview(other)).byStatus).toEqual([]);
  });

  it('finds images that have all the tags', async () => {
    const ownerId = newId();
    const [sea, both] = await insert([
      { ownerId, tags: ['sea', 'a,b "c" {d}'], createdAt: minutes(1) },
      { ownerId, tags: ['sea', '바다'], createdAt: minutes(2) },
      { ownerId, tags: ['seaside'], createdAt: minutes(3) },
    ]);
    expect(await found({ ownerId, tags: ['sea'] })).toEqual([both?.id, sea?.id]);
    expect(await found({ ownerId, tags: ['바다', 'sea'] })).toEqual([both?.id]);
    expect(await found({ ownerId, tags: ['a,b "c" {d}'] })).toEqual([sea?.id]);
    expect(await found({ ownerId, tags: ['SEA'] })).toEqual([]);
  });

  const searches: readonly (readonly [
    what: string,
    fields: Partial<Image>,
    hits: string[],
    misses: string[],
  ])[] = [
    [
      'a title',
      { title: 'Sunset over Lisbon' },
      ['sunset', 'LISBON over', 'sbon', 'li'],
      ['sunrise', 'bon at', 'is'],
    ],
    ['a description', { description: 'two\n dogs\tplaying' }, ['dogs', 'play', 'two playing'], ['cats']],
    [
      'a file name',
      { originalFilename: 'IMG_20260102-01.jpg' },
      ['img_2026', '0102', '.jpg'],
      ['0201', '%', 'img%01'],
    ],
    [
      'accents',
      { title: 'Crème brûlée, Ærøskøbing, Straße' },
      ['creme', 'BRULEE', 'brûlée', 'aeros', 'strasse'],
      ['crome'],
    ],
    [
      'Korean',
      { title: '제주도 바다에서 찍은 사진' },
      ['바다', '사진', '제주도', '찍', '바다에서 사진'],
      ['바지', '산'],
    ],
    [
      'Japanese',
      { description: '京都の桜とカメラ' },
      ['桜', '京都', 'カメラ', '都の', 'ｶﾒﾗ'],
      ['東京', 'カラ'],
    ],
    [
      'decomposed text',
      { originalFilename: 'Émile 가나.png'.normalize('NFD') },
      ['émile', 'emile', '가나'],
      ['가다'],
    ],
    ['wild cards as such', { title: '100% a_b c\\d' }, ['100%', 'a_b', 'c\\d'], ['1%0', 'a%b']],
    ['emoji', { title: 'party 🎉🎂 time' }, ['🎉', '🎉🎂'], ['🎂🎉']],
  ];
  it.each(searches)('searches %s', async (_what, fields, hits, misses) => {
    const ownerId = newId();
    const [image] = await insert([
      { ownerId, originalFilename: 'x.gif', ...fields },
      { ownerId, originalFilename: 'y' },
    ]);
    for (const search of hits)
      expect([search, await found({ ownerId, search })]).toEqual([search, [image?.id]]);
    for (const search of misses) expect([search, await found({ ownerId, search })]).toEqual([search, []]);
    expect(await found({ search: hits[0], ownerId: newId() })).toEqual([]);
  });

  it('treats an empty search as none', async () => {
    const ownerId = newId();
    const [image] = await insert([{ ownerId }]);
    expect(await found({ ownerId, search: '  ', tags: [] })).toEqual([image?.id]);
  });

  it('joins search, tags, dates and cursors', async () => {
    const ownerId = newId();
    const made = await insert(
      Array.from({ length: 9 }, (_, i) => ({
        ownerId,
        createdAt: minutes(i),
        title: i % 3 === 0 ? 'blue door' : 'red door',
        tags: i % 2 === 0 ? ['even'] : [],
      })),
    );
    const filter = { ownerId, search: 'door red', tags: ['even'], from: minutes(1) };
    const first = await stores().queries.list(filter, { page: 1 }, 2);
    expect(ids(first.items)).toEqual([made[8]?.id, made[4]?.id]);
    const second = await stores().queries.list(filter, { cursor: first.nextCursor ?? '' }, 2);
    expect(ids(second.items)).toEqual([made[2]?.id]);
    expect([first.count, second.count, second.nextCursor]).toEqual([3, 3, undefined]);
  });

  it('follows a text that is changed', async () => {
    const [image] = await insert([{ title: 'before' }]);
    const { id = '', ownerId = '' } = image ?? {};
    await stores().images.update(id, (current) =>
      new ChangeBuilder(current, minutes(9)).set({ title: 'after', tags: ['new'] }).build(),
    );
    expect(await found({ ownerId, search: 'before' })).toEqual([]);
    expect(await found({ ownerId, search: 'after', tags: ['new'] })).toEqual([id]);
  });

  it('sums up an owner’s images', async () => {
    const ownerId = newId();
    await insert([
      { ownerId, fileSize: 100 },
      { ownerId, fileSize: 50 },
      { ownerId, fileSize: 7, ...deleted, purgeAfter: inAnHour() },
      { ownerId, fileSize: 8, ...deleted, statusBeforeDelete: null, purgeAfter: minutes(1) },
      { ownerId, fileSize: 9, ...deleted, purgeAfter: minutes(1) },
      { fileSize: 1_000 },
    ]);
    await stores().images.insert(changeOf(sampleImage({ ownerId })));
    const { byStatus, ...totals } = await stores().queries.overview(ownerId);
    expect(totals).toEqual({
      totalImages: 2,
      totalSize: 150,
      byCategory: [{ name: 'General', count: 2, totalSize: 150 }],
    });
    expect(new Map(byStatus.map(({ status, count }) => [status, count]))).toEqual(
      new Map([
        ['completed', 2],
        ['deleted', 1],
        ['uploading', 1],
      ]),
    );
    const everybody = await stores().queries.overview(undefined);
    expect(everybody.totalImages).toBeGreaterThanOrEqual(3);
    const nobody = { totalImages: 0, totalSize: 0, byCategory: [], byStatus: [] };
    expect(await stores().queries.overview(newId())).toEqual(nobody);
  });

  it('finds the newest completed image of an owner with a checksum', async () => {
    const ownerId = newId();
    const sha256 = '0f'.repeat(32);
    const [, newest] = await insert([
      { ownerId, sha256, createdAt: minutes(1) },
      { ownerId, sha256, createdAt: minutes(2) },
      { ownerId, sha256, createdAt: minutes(3), status: 'deleted' },
      { sha256, createdAt: minutes(4) },
    ]);
    expect(await stores().queries.findCompletedBySha256(ownerId, sha256)).toEqual(newest);
    expect(await stores().queries.findCompletedBySha256(ownerId, 'ff'.repeat(32))).toBeUndefined();
  });
}
