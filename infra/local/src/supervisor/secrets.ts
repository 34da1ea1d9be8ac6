import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../process/write-file-atomic.ts';

const schema = z.object({
  jwtSecret: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  postgresPassword: z.string(),
});

export type StackSecrets = z.infer<typeof schema>;

/** The secrets of this data folder, made on its first start and readable by its owner alone. */
export function loadSecrets(dataDir: string): StackSecrets {
  const file = path.join(dataDir, 'secrets.json');
  const existing = readIfThere(file);
  if (existing !== undefined) return schema.parse(JSON.parse(existing));
  const secrets = {
    jwtSecret: randomBytes(32).toString('base64url'),
    accessKeyId: `DARKROOM${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
    postgresPassword: randomBytes(18).toString('base64url'),
  };
  writeFileAtomic(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  return secrets;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
