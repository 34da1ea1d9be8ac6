import { AppError } from '@darkroom/kernel';
import { untilAvailable } from './until-available.ts';

const outage = new AppError('unavailable', 'down');

it('waits an outage out', async () => {
  const attempts: number[] = [];
  const work = async () => {
    if (attempts.length < 1) throw outage;
    return 'up';
  };
  const never = new AbortController().signal;
  expect(await untilAvailable(work, never, (_error, attempt) => attempts.push(attempt))).toBe('up');
  expect(attempts).toEqual([1]);
});

it('stops when it is told to, and at what is no outage', async () => {
  const stop = new AbortController();
  const waiting = untilAvailable(
    () => Promise.reject(outage),
    stop.signal,
    () => stop.abort(),
  );
  expect(await waiting).toBeUndefined();
  const wrong = new AppError('conflict', 'another number of partitions');
  const never = new AbortController().signal;
  await expect(
    untilAvailable(
      () => Promise.reject(wrong),
      never,
      () => undefined,
    ),
  ).rejects.toBe(wrong);
});
