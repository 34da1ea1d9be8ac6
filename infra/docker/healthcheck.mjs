/** Docker's health check of a program in its image: whether it says that it can do its work. */
import { get } from 'node:http';

const port = process.env.HTTP_PORT ?? process.env.HEALTH_PORT;
get({ host: '127.0.0.1', port, path: '/readyz', timeout: 4_000 }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
