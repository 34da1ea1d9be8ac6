import { childrenOf, elementsOf, parseXml, renderXml, textOf } from './xml.ts';

describe('XML', () => {
  it('reads text as it is: blanks, entities and references', () => {
    const text = (value: string) =>
      textOf(parseXml(`<?xml version="1.0"?><Root>\n <Key>${value}</Key>\n</Root>`, 'Root'), 'Key');
    expect(
      ['', ' a ', '&lt;&amp;&gt;', 'a&#13;b', '&amp;#13;', '1.50', 'true', '<![CDATA[<x>]]>'].map(text),
    ).toEqual(['', ' a ', '<&>', 'a\rb', '&#13;', '1.50', 'true', '<x>']);
  });
  it('reads one, many or no children alike, and drops the space between', () => {
    const root = parseXml('<a:Root xmlns:a="x">\n<B><C>1</C></B>\n<B/>\n</a:Root>', 'Root');
    expect(elementsOf(root, 'B')).toEqual([{ C: '1' }, {}]);
    expect(childrenOf(root, 'D')).toEqual([]);
  });
  it.each([
    '',
    'x',
    '<Root>',
    '<Other/>',
    '<Root/><Root/>',
    '<!DOCTYPE x [<!ENTITY a "b">]><Root/>',
    '<Root><A></Root>',
  ])('refuses %s', (text) => {
    expect(() => parseXml(text, 'Root')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
  it('writes what it reads', () => {
    const content = { Key: ' <a> & "b" \r\n\t', List: [{ A: '1' }, { A: '2' }] };
    expect(parseXml(renderXml('Root', content), 'Root')).toEqual(content);
  });
});
