import type { ImageBody } from '@darkroom/contracts';
import { ImageLists } from './image-lists.ts';
import { everything } from './image-query.ts';

const image = (id: string, status: ImageBody['status'] = 'completed') =>
  ({ id, status, created_at: id, category: { name: 'c' }, variants: [] }) as unknown as ImageBody;
const lists = () =>
  new ImageLists({ list: () => Promise.resolve({ items: [], count: 0, next_cursor: null }) });
const searched = (search: string) => ({ ...everything, search });

describe('ImageLists', () => {
  it('gives the same list for the same query, and forgets the ones not used for long', () => {
    const all = lists();
    const sea = all.of(searched('sea'));
    expect(all.of(searched('sea'))).toBe(sea);
    expect(all.of(everything)).not.toBe(sea);
    for (let n = 0; n < 8; n += 1) all.of(searched(`other ${n}`));
    expect(all.of(searched('sea'))).not.toBe(sea);
  });

  it('takes new images into the list of everything alone, completed ones alone, and removes from all', async () => {
    const all = lists();
    const sea = all.of(searched('sea'));
    await Promise.all([sea.load(), all.of(everything).load()]);
    all.put(image('b'));
    all.put(image('a', 'failed'));
    expect(
      all
        .of(everything)
        .state()
        .items.map(({ id }) => id),
    ).toEqual(['b']);
    expect(sea.state().items).toEqual([]);
    all.remove('b');
    expect(all.of(everything).state().items).toEqual([]);
  });
});
