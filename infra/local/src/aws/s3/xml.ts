import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AwsError } from '../core/aws-error.ts';

/** A parsed or to-be-written element: text, or children by name (an array where one name repeats). */
export type XmlNode = string | XmlElement;
export interface XmlElement {
  readonly [name: string]: XmlNode | readonly XmlNode[] | undefined;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
// `htmlEntities` is what makes the parser decode numeric references such as &#13;.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
});

export const malformedXml = (
  message = 'The XML you provided was not well-formed or did not validate against our published schema',
): AwsError => new AwsError('MalformedXML', 400, message);

/** Parses a document whose root must be `root`; a doctype is refused. */
export const parseXml = (text: string, root: string): XmlElement => {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) throw malformedXml();
  const document = parser.parse(text) as XmlElement;
  const node = document[root];
  if (node === undefined || Array.isArray(node)) throw malformedXml();
  return typeof node === 'string' ? {} : withoutBlanks(node as XmlElement);
};

/** The children of one name, whether the document had none, one or many. */
export const childrenOf = (parent: XmlElement, name: string): readonly XmlNode[] => {
  const value = parent[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as readonly XmlNode[];
};

export const textOf = (parent: XmlElement, name: string): string | undefined => {
  const value = parent[name];
  if (value !== undefined && typeof value !== 'string') throw malformedXml();
  return value;
};

export const elementsOf = (parent: XmlElement, name: string): readonly XmlElement[] =>
  childrenOf(parent, name).map((node) => (typeof node === 'string' ? {} : node));

/** Writes a document with S3's namespace. */
export const renderXml = (root: string, content: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${renderChildren(content)}</${root}>`;

/** Writes an error document, which has no namespace. */
export const renderError = (content: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${renderChildren(content)}</Error>`;

const renderChildren = (content: XmlElement): string =>
  Object.entries(content)
    .flatMap(([name, value]) =>
      value === undefined
        ? []
        : (Array.isArray(value) ? value : [value]).map((one) => render(name, one as XmlNode)),
    )
    .join('');

const render = (name: string, node: XmlNode): string =>
  `<${name}>${typeof node === 'string' ? escape(node) : renderChildren(node)}</${name}>`;

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\u0000-\u001f\u007f]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);

/** Drops the white space between elements, which the parser keeps because keys may begin with a blank. */
const withoutBlanks = (element: XmlElement): XmlElement =>
  Object.fromEntries(
    Object.entries(element)
      .filter(([name, value]) => !(name === '#text' && typeof value === 'string' && value.trim() === ''))
      .map(([name, value]) => [
        name,
        Array.isArray(value)
          ? value.map((one) => (typeof one === 'string' ? one : withoutBlanks(one as XmlElement)))
          : typeof value === 'object'
            ? withoutBlanks(value as XmlElement)
            : value,
      ]),
  );
