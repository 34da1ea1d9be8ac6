import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** A request as it came over the wire, decoded once and never normalised: `..` in a path is data. */
export interface AwsRequest {
  readonly method: string;
  /** Decoded path, with its leading slash. */
  readonly path: string;
  /** Decoded query, in the order sent. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Header values by lower-cased name; repeated ones joined by a comma, as signatures want them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly message: IncomingMessage;
}

/** Parses the target by hand: `new URL()` would collapse `..` and so change the key. */
export const parseRequest = (message: IncomingMessage): AwsRequest => {
  const target = message.url ?? '/';
  if (!target.startsWith('/')) throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const rawQuery = mark < 0 ? '' : target.slice(mark + 1);
  return {
    method: message.method ?? 'GET',
    path: decode(rawPath),
    query: rawQuery
      .split('&')
      .filter((pair) => pair !== '')
      .map(parsePair),
    headers: joinHeaders(message.rawHeaders),
    message,
  };
};

export const queryValue = (request: AwsRequest, name: string): string | undefined =>
  request.query.find(([key]) => key === name)?.[1];

export const headerValue = (request: AwsRequest, name: string): string | undefined =>
  request.headers.get(name);

/** Percent-encodes all but AWS's unreserved characters (SigV4, "UriEncode"). */
export const uriEncode = (text: string, keepSlash = false): string => {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
};

const parsePair = (pair: string): readonly [string, string] => {
  const mark = pair.indexOf('=');
  const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
  return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))];
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
};

const joinHeaders = (raw: readonly string[]): Map<string, string> => {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
};
