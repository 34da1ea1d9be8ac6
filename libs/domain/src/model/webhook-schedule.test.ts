import { webhookPausesMs, webhookVerdict } from './webhook-schedule.ts';

const now = new Date('2026-03-01T12:00:00Z');
const verdict = (step: number, status: number | null, retryAfterMs: number | null = null, random = 0) =>
  webhookVerdict({ step, status, retryAfterMs }, now, () => random);
const pauseOf = (result: ReturnType<typeof verdict>) =>
  result.kind === 'retry' ? result.dueAt.getTime() - now.getTime() : undefined;

it.each([200, 201, 204, 299])('takes %i for delivered', (status) => {
  expect(verdict(1, status)).toEqual({ kind: 'delivered' });
});

it.each([301, 302, 307, 400, 404, 500, 503, null])('tries again after %p', (status) => {
  expect(pauseOf(verdict(1, status))).toBe(5_000);
});

it('waits longer each time, over more than a day, and then gives up', () => {
  const pauses = webhookPausesMs.map((_, n) => pauseOf(verdict(n + 1, 500)));
  expect(pauses).toEqual([...webhookPausesMs]);
  expect(pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0)).toBeGreaterThan(24 * 3_600_000);
  expect(verdict(webhookPausesMs.length + 1, 500)).toEqual({ kind: 'dead', gone: false });
});

it('spreads attempts by up to a fifth', () => {
  expect(pauseOf(verdict(2, 500, null, 0.5))).toBe(330_000);
  expect(pauseOf(verdict(2, 500, null, 1))).toBe(360_000);
});

it('is told by 410 that nothing more is wanted', () => {
  expect(verdict(1, 410)).toEqual({ kind: 'dead', gone: true });
});

it('waits as long as the receiver asks, with 429 and 503, up to a day', () => {
  expect(pauseOf(verdict(1, 429, 90_000))).toBe(90_000);
  expect(pauseOf(verdict(1, 503, 90_000))).toBe(90_000);
  expect(pauseOf(verdict(3, 429, 90_000))).toBe(1_800_000);
  expect(pauseOf(verdict(1, 429, 90 * 86_400_000))).toBe(86_400_000);
  expect(pauseOf(verdict(1, 500, 90_000))).toBe(5_000);
});
