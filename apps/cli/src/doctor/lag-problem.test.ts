import { lagProblem, type Lag } from './lag-problem.ts';

const lag = (group: string, events: number, seconds: number): Lag => ({ group, events, seconds });

it('finds nothing where all have read what is older than a quarter of an hour', () => {
  expect(lagProblem([lag('variant-worker', 1_000, 899), lag('webhooks', 0, 0)], false)).toBeUndefined();
});

it('names each group that does not keep up, and starts what runs as it', () => {
  const lags = [
    lag('variant-worker', 2, 3_600),
    lag('variant-worker', 1, 10),
    lag('metadata-worker', 5, 900),
    lag('webhooks', 9, 60),
  ];
  const what =
    'variant-worker has 3 events waiting, the oldest for 60 minutes; metadata-worker has 5 events waiting, ' +
    'the oldest for 15 minutes: too few of it run, or none, or they hang';
  expect(lagProblem(lags, false)).toEqual({
    what,
    fix: 'docker compose up --detach --no-deps --force-recreate variant-worker metadata-worker',
  });
  expect(lagProblem(lags, true)).toEqual({
    what,
    fix: "kubectl rollout restart deployment --selector 'app.kubernetes.io/part-of=darkroom,app.kubernetes.io/component in (variant-worker,metadata-worker)'",
  });
});

it('names the service of Compose once, whichever of its roles do not keep up', () => {
  const both = lagProblem([lag('publisher', 1, 900), lag('webhooks', 1, 900)], false);
  expect(both).toMatchObject({ fix: 'docker compose up --detach --no-deps --force-recreate upload-api' });
});

it('leaves a group that is nobody of ours to people', () => {
  const problem = lagProblem([lag('variant-worker', 1, 900), lag('somebody', 1, 900)], false);
  expect(problem).toMatchObject({ look: expect.stringContaining('psql'), decide: expect.any(String) });
  expect(problem).not.toHaveProperty('fix');
});
