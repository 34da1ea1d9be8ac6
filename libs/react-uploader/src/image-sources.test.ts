import { imageSources, type ImageSource } from './image-sources.ts';

const variant = (width: number, type: string) => ({
  url: `https://cdn.test/${width}.${type}`,
  width,
  height: Math.round((width * 3) / 4),
  content_type: `image/${type}`,
});
const image = (changes: Partial<ImageSource>): ImageSource => ({
  width: 4000,
  height: 3000,
  placeholder: null,
  ...changes,
});

describe('imageSources', () => {
  it('gives every width of one type, and a moderate one where srcset is not understood', () => {
    const variants = [variant(4000, 'webp'), variant(150, 'webp'), variant(1200, 'webp')];
    expect(imageSources(image({ variants }))).toEqual({
      src: 'https://cdn.test/1200.webp',
      srcSet:
        'https://cdn.test/150.webp 150w, https://cdn.test/1200.webp 1200w, https://cdn.test/4000.webp 4000w',
      others: [],
    });
  });

  it('offers the smallest type first and the one that every browser knows last', () => {
    const variants = [variant(600, 'jpeg'), variant(600, 'webp'), variant(600, 'avif'), variant(300, 'jpeg')];
    const { src, srcSet, others } = imageSources(image({ variants }));
    expect(others.map(({ type }) => type)).toEqual(['image/avif', 'image/webp']);
    expect(srcSet).toBe('https://cdn.test/300.jpeg 300w, https://cdn.test/600.jpeg 600w');
    expect(src).toBe('https://cdn.test/600.jpeg');
  });

  it('takes the preview of an image in a list, and has nothing while there is nothing', () => {
    expect(imageSources(image({ preview_url: '/p', thumbnail_url: '/t' })).src).toBe('/p');
    expect(imageSources(image({ preview_url: null, thumbnail_url: '/t' })).src).toBe('/t');
    expect(imageSources(image({ preview_url: null, variants: [] })).src).toBeUndefined();
  });

  it('lets the browser choose between the two sharp ones of a list', () => {
    const listed = { preview_url: '/p', small_url: '/s', thumbnail_url: '/t' };
    expect(imageSources(image(listed))).toEqual({ src: '/p', srcSet: '/s 300w, /p 600w', others: [] });
    expect(imageSources(image({ ...listed, width: 300, height: 900 })).srcSet).toBe('/s 100w, /p 200w');
    expect(imageSources(image({ ...listed, width: 450, height: 450 })).srcSet).toBe('/s 300w, /p 450w');
    expect(imageSources(image({ ...listed, width: 300, height: 200 })).srcSet).toBeUndefined();
    expect(imageSources(image({ ...listed, width: null, height: null })).srcSet).toBeUndefined();
  });

  it('shows the only variant, however large', () => {
    expect(imageSources(image({ variants: [variant(4000, 'webp')] })).src).toBe('https://cdn.test/4000.webp');
  });
});
