import { extname } from 'node:path';
import { mediaTypeOfExtension } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import { Command, InvalidArgumentError } from 'commander';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';
import { createProgress } from '../upload/progress.ts';
import { uploadFiles, type FileResult } from '../upload/upload-files.ts';

const schema = z.object({
  DARKROOM_API: z.url('start the local stack (npm start), or set it to the address of the API'),
  DARKROOM_TOKEN: z.string().optional(),
  AUTH_JWT_SECRET: z.string().optional(),
});

interface UploadOptions {
  readonly user: string;
  readonly category: number;
  readonly parallel: number;
  readonly json: boolean;
}

/** `darkroom upload files…`: sends files as a browser does, waits for the variants, and prints their URLs. */
export function uploadCommand(context: CliContext): Command {
  return new Command('upload')
    .description('Upload image files by the real path, and print the URLs of their variants')
    .argument('<files...>', 'files that are no images by their name are passed over')
    .option('--user <name>', 'whose images they become', 'demo')
    .option('--category <id>', 'category', wholeNumber, 1)
    .option('--parallel <count>', 'so many at once', wholeNumber, 3)
    .option('--json', 'print one JSON object per file', false)
    .action(async (files: string[], options: UploadOptions) => {
      const settings = context.settings(schema);
      const images = files.filter((file) => mediaTypeOfExtension(extname(file).slice(1)) !== undefined);
      for (const file of files.filter((name) => !images.includes(name)))
        console.error(`${file}: no image, passed over`);
      if (images.length === 0) throw new AppError('invalid', 'none of these files is an image');
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const token = settings.DARKROOM_TOKEN ?? (await ownToken(settings.AUTH_JWT_SECRET, options.user));
      const target = { api: settings.DARKROOM_API, token, categoryId: options.category };
      const progress = createProgress(process.stderr, images);
      const results = await uploadFiles(target, images, options.parallel, abort.signal, progress);
      for (const result of results) print(result, options.json);
      if (results.some(({ uploaded }) => uploaded === undefined)) process.exitCode = 1;
    });
}

async function ownToken(secret: string | undefined, user: string): Promise<string> {
  if (secret === undefined) throw new AppError('invalid', 'set DARKROOM_TOKEN to a token of the API');
  const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(user).setIssuedAt();
  return token.setExpirationTime('1h').sign(new TextEncoder().encode(secret));
}

function print({ path, uploaded, error }: FileResult, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ file: path, image: uploaded?.image ?? null, error: error ?? null }));
    return;
  }
  if (uploaded === undefined) return;
  console.log(`${path}  ${uploaded.image.id}`);
  for (const { variant_type, width, height, file_size, url } of uploaded.variants) {
    const size = `${width} × ${height}`.padStart(11);
    console.log(
      `  ${variant_type.padEnd(10)} ${size} ${String(Math.ceil(file_size / 1024)).padStart(6)} kB  ${url}`,
    );
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0');
  return value;
}
