import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { problemCodes, problemKind } from '../../apps/upload-api/src/http/openapi/problem-codes.ts';
import { failureCodes, type FailureCode } from '../../libs/contracts/src/codes.ts';
import {
  failureText,
  isRetryable,
  type LocalFailureCode,
  type UploadErrorCode,
} from '../../libs/upload-client/src/upload-error.ts';

type OwnCode = Exclude<UploadErrorCode, FailureCode>;

/** When the SDK itself says so; what the server's codes mean stands with them. */
const means: Readonly<Record<OwnCode, string>> = {
  empty_file: 'The file has no bytes. Nothing was sent.',
  file_too_large: 'The category takes no file of this size. Nothing was sent.',
  extension_not_allowed: 'The category takes no file of this kind. Nothing was sent.',
  bad_filename: 'The name cannot be used. Nothing was sent.',
  unreadable_file: 'The browser cannot read the file any more.',
  network: 'No answer from the API or from S3, five times.',
  storage_refused: 'S3 answered something else than 204; `detail` has its code.',
  quota_exceeded: 'The owner may not have more images, or more bytes.',
  not_found: 'The API does not know the image any more, or not for this owner.',
  signed_out: 'The token was refused, and so was the next one.',
  server: 'The API answered 5xx, 409 or 429, five times.',
  variants_failed: 'The image is there; its variants could not be built.',
  still_processing: 'The image is there; its variants are not, after ten minutes.',
  aborted: '`abort()` was called, or the signal was.',
  internal: 'A callback threw, or the SDK has a mistake; see `cause`.',
  rejected: 'The API refused in words of its own, shown from `detail`.',
};
const ownCodes = Object.keys(means) as (LocalFailureCode | 'rejected')[];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

function failureTable(): string {
  const row = (code: UploadErrorCode, meaning: string) => {
    const { what, advice } = failureText({ code });
    return [`\`${code}\``, meaning, `${what} ${advice}`, isRetryable(code) ? 'yes' : 'no'];
  };
  return table(
    ['code', 'means', 'tell the person', 'again'],
    [
      ...failureCodes.map((code) => row(code, problemKind(code).means)),
      ...ownCodes.map((code) => row(code, means[code])),
    ],
  );
}

function problemTable(): string {
  const rows = problemCodes.map((code) => {
    const { status, means: meaning } = problemKind(code);
    return [String(status), `\`${code}\``, meaning];
  });
  return table(['status', 'code', 'means'], rows);
}

/** The guide for front ends, its two tables made anew. */
export async function frontEndGuide(): Promise<string> {
  const file = path.resolve(import.meta.dirname, '../../docs/guide/front-end.md');
  let text = await readFile(file, 'utf8');
  for (const [name, content] of [
    ['failure codes', failureTable()],
    ['problem codes', problemTable()],
  ] as const) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [before = '', rest = ''] = text.split(start);
    const after = rest.split(end)[1];
    if (after === undefined) throw new Error(`${file} has no place for the ${name}`);
    text = `${before}${start}\n\n${content}\n\n${end}${after}`;
  }
  return format(text, { parser: 'markdown', singleQuote: true, printWidth: 110 });
}
