import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './logger.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('Lifecycle', () => {
  it('releases in reverse, once, whatever fails or hangs on the way', async () => {
    const lifecycle = new Lifecycle(logger);
    const released: string[] = [];
    lifecycle.acquire('database', () => released.push('database'));
    lifecycle.acquire('queue', () => Promise.reject(new Error('gone')));
    lifecycle.acquire('hangs', () => new Promise(() => undefined));
    lifecycle.acquire('server', () => released.push('server'));
    await Promise.all([lifecycle.shutdown(200), lifecycle.shutdown(200)]);
    expect(released).toEqual(['server', 'database']);
    expect(lifecycle.signal.aborted).toBe(true);
  });
});
