/** Owns a server until it is killed. */
import { startPostgres } from './start-postgres.ts';

const [, , dataDir = '', port = ''] = process.argv;
const server = await startPostgres({ dataDir, port: Number(port) });
process.stdout.write(String(server.pid));
setInterval(() => undefined, 60_000);
