import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const guide = resolve(import.meta.dirname, '../../../docs/guide/front-end.md');
/** Where the guide's examples expect Darkroom, and a provider. */
const apiOfGuide = 'http://localhost:8080/api';
const providerOfGuide = 'https://login.example.com/realms/shop';

/** The guide's code blocks that name a file: ` ```ts folder/file.ts `. */
export async function codeBlocks(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(guide, 'utf8');
  const blocks = text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, file = '', code = '']) => [file, code]));
}

/** Writes the files of one of the guide's projects, and nothing is changed in them but addresses. */
export async function writeProject(
  name: string,
  folder: string,
  api: string,
  provider = providerOfGuide,
): Promise<void> {
  const files = [...(await codeBlocks())].filter(([file]) => file.startsWith(`${name}/`));
  if (files.length === 0) throw new Error(`the guide has no project ${name}`);
  for (const [file, code] of files) {
    const path = join(folder, file.slice(name.length + 1));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code.replaceAll(apiOfGuide, api).replaceAll(providerOfGuide, provider));
  }
}
