import { catalogue } from './catalogue.ts';
import { Metrics } from './metrics.ts';
import { observeUploads, type ObservedChange } from './observe-uploads.ts';
import { sharedFor } from './share.ts';

const linesOf = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.scrape()).body.split('\n').filter((line) => line.startsWith(name));

describe('Metrics', () => {
  it('replaces all that a metric had, with labels and without', async () => {
    const metrics = new Metrics('test');
    metrics.replace('darkroom_dead_letters', [
      { labels: { group: 'a' }, value: 3 },
      { labels: { group: 'b' }, value: 0 },
    ]);
    metrics.replace('darkroom_dead_letters', [{ labels: { group: 'b' }, value: 2 }]);
    metrics.replace('darkroom_published_events_total', [{ labels: {}, value: 5 }]);
    metrics.replace('darkroom_published_events_total', [{ labels: {}, value: 7 }]);
    expect(await linesOf(metrics, 'darkroom_')).toEqual([
      'darkroom_dead_letters{group="b",service="test"} 2',
      'darkroom_published_events_total{service="test"} 7',
    ]);
  });

  it('leaves out what a source that fails would have told, and says so', async () => {
    const metrics = new Metrics('test');
    let broken = false;
    metrics.beforeScrape('database', ['darkroom_unready_images'], async () => {
      if (broken) throw new Error('down');
      metrics.set('darkroom_unready_images', {}, 4);
    });
    expect(await linesOf(metrics, 'darkroom_unready_images')).toHaveLength(1);
    broken = true;
    expect(await linesOf(metrics, 'darkroom_')).toEqual([
      'darkroom_scrape_errors_total{source="database",service="test"} 1',
    ]);
    broken = false;
    expect(await linesOf(metrics, 'darkroom_unready_images')).toHaveLength(1);
  });
});

it('waits for no source that takes too long, and has what the others tell', async () => {
  const metrics = new Metrics('test', { patienceMs: 20 });
  const answer = Promise.withResolvers<undefined>();
  metrics.beforeScrape('kafka', [], () => answer.promise);
  metrics.beforeScrape('database', ['darkroom_unready_images'], () => {
    metrics.set('darkroom_unready_images', {}, 4);
  });
  expect(await linesOf(metrics, 'darkroom_')).toEqual([
    'darkroom_scrape_errors_total{source="kafka",service="test"} 1',
    'darkroom_scrape_errors_total{source="database",service="test"} 0',
    'darkroom_unready_images{service="test"} 4',
  ]);
  answer.resolve(undefined);
});

it('names metrics after Prometheus’s conventions', () => {
  for (const [name, { type, help, labels }] of Object.entries(catalogue)) {
    expect(name).toMatch(/^darkroom_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/\.$/);
    for (const label of labels) expect(label).not.toMatch(/user|owner|image_id|filename|token/);
  }
});

describe('observeUploads', () => {
  const at = new Date('2026-01-01T00:00:10Z');
  const change = (...types: ObservedChange['timeline'][number]['type'][]): ObservedChange => ({
    image: {
      id: 'x',
      failureCode: types.includes('rejected') ? 'size_mismatch' : null,
      processing: { variants: { state: 'ready' }, metadata: { state: 'ready' } },
    },
    timeline: types.map((type) => ({ type, at })),
  });

  it('counts stages, refusals by code, and the time until all was ready', async () => {
    const metrics = new Metrics('test');
    const observe = observeUploads(metrics, async () => new Date('2026-01-01T00:00:06Z'));
    for (const types of [['presigned'], ['stored', 'accepted'], ['rejected'], ['variants_ready']] as const)
      observe(change(...types));
    expect(await linesOf(metrics, 'darkroom_upload_stages_total')).toEqual(
      ['presigned 1', 'stored 1', 'accepted 1', 'rejected 1', 'ready 1', 'failed 0'].map((text) => {
        const [stage, value] = text.split(' ');
        return `darkroom_upload_stages_total{stage="${stage}",service="test"} ${value}`;
      }),
    );
    expect(await linesOf(metrics, 'darkroom_upload_rejections_total{code="size_mismatch"')).toEqual([
      'darkroom_upload_rejections_total{code="size_mismatch",service="test"} 1',
    ]);
    expect(await linesOf(metrics, 'darkroom_upload_ready_seconds_sum')).toEqual([
      'darkroom_upload_ready_seconds_sum{service="test"} 4',
    ]);
  });

  it('counts no image as ready that was processed again', async () => {
    const metrics = new Metrics('test');
    observeUploads(metrics, async () => undefined)(change('metadata_ready'));
    expect(await linesOf(metrics, 'darkroom_upload_stages_total{stage="ready"')).toEqual([
      'darkroom_upload_stages_total{stage="ready",service="test"} 0',
    ]);
  });
});

it('asks once for scrapes that come together, and again after a failure', async () => {
  let asked = 0;
  const answer = sharedFor(60_000, async () => {
    asked += 1;
    if (asked === 1) throw new Error('down');
    return asked;
  });
  await expect(answer()).rejects.toThrow('down');
  expect(await Promise.all([answer(), answer()])).toEqual([2, 2]);
  expect(await answer()).toBe(2);
});
