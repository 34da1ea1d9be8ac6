import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImageBody } from '@darkroom/contracts';

type Upload = (file: File, token: string) => Promise<ImageBody>;

/** The browser snippet of the README, made to call this API instead of the usual one. */
export async function readmeSnippet(api: string): Promise<Upload> {
  const text = await readFile(resolve(import.meta.dirname, '../../../README.md'), 'utf8');
  const code = /```js\n(.*?)```/s.exec(text)?.[1];
  if (code === undefined) throw new Error('the README has no snippet');
  // Running what the README shows is the point
  return new Function(`${code.replaceAll('http://127.0.0.1:8080/api', api)}; return upload;`)() as Upload;
}
