// Placeholder until the real bootstrap lands: runs a program of the repository on the project's own Node.
import { spawnSync } from 'node:child_process';
const [first, ...rest] = process.argv.slice(2);
const result = spawnSync('node_modules/.bin/node', ['--conditions=darkroom-source', first, ...rest], { stdio: 'inherit' });
process.exit(result.status ?? 1);
