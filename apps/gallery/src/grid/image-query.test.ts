import { addressOf, apiParamsOf, everything, isFiltered, parseQuery } from './image-query.ts';

const parse = (text: string) => parseQuery(new URLSearchParams(text));

describe('the query in the address', () => {
  it('comes back as it went in', () => {
    const text =
      'q=harbour+fog&category=2&status=failed&tag=sea&tag=%EB%B0%94%EB%8B%A4&from=2026-03-01&to=2026-03-31';
    expect(addressOf(parse(text)).toString()).toBe(text);
    expect(parse(text)).toEqual({
      search: 'harbour fog',
      category: 2,
      status: 'failed',
      tags: ['sea', '바다'],
      from: '2026-03-01',
      to: '2026-03-31',
    });
  });

  it('leaves out what makes no sense', () => {
    expect(parse('category=x&status=nice&tag=&tag=+&from=yesterday&to=2026-99-99&other=1')).toEqual(
      everything,
    );
    expect(parse('category=-1&category=2')).toEqual(everything);
    expect(isFiltered(parse('status=completed&q='))).toBe(false);
    expect(isFiltered(parse('q=sea'))).toBe(true);
  });

  it('asks the API for whole days of the own time zone', () => {
    const params = apiParamsOf(parse('from=2026-03-01&to=2026-03-01&tag=a&tag=b&q=+'));
    const [from, to] = [params.get('date_from')!, params.get('date_to')!];
    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000 - 1);
    expect(new Date(from).getHours()).toBe(0);
    expect(params.getAll('tags')).toEqual(['a', 'b']);
    expect(params.has('search')).toBe(false);
  });
});
