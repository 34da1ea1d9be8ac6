import { measureLive } from './live.ts';

const onLinux = process.platform === 'linux' ? it : it.skip; // memory is read from /proc

// How soon a change arrives is for `npm run bench -- live` to measure, on a quiet machine
onLinux(
  'a thousand idle streams cost a process less than 100 MB, and changes reach it from another one',
  async () => {
    const changes = 20;
    const figures = await measureLive(1_000, { changes });
    expect(figures.arrivals).toHaveLength(changes);
    expect(figures.memoryAfter - figures.memoryBefore).toBeLessThan(100e6);
  },
  420_000,
);
