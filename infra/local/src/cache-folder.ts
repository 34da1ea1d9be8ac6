import os from 'node:os';
import path from 'node:path';

/** Where things that are fetched once are kept for every checkout of this user: `~/.cache/darkroom/<name>`. */
export function cacheFolder(name: string): string {
  return path.join(os.homedir(), '.cache', 'darkroom', name);
}
