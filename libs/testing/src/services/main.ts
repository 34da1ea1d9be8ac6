/** The process that holds the servers of a test run; it ends, with them, when its parent does. */
import { serveTestServices } from './services.ts';

const services = await serveTestServices();
let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await services.close();
  process.exit();
}
process.on('disconnect', () => void close());
process.on('SIGTERM', () => void close());
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group: the tests end first, then we
process.send?.({ url: services.url });
