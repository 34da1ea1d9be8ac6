import { readFile } from 'node:fs/promises';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { metricCatalogue } from '@darkroom/runtime';
import { Client, hasKafka, startStack, waitFor, type TestStack } from '@darkroom/testing';
import { panelQueries, rulesFile, runbookSections } from './observability-files.ts';
import { hasPrometheus, startPrometheus, type Rule, type TestPrometheus } from './test-prometheus.ts';

const shared = Object.entries(metricCatalogue).flatMap(([name, { scope }]) =>
  scope === 'shared' ? [name] : [],
);

/** What an alert looks at, without the bound that it holds it to. */
function watched(query: string): string {
  return query
    .replace(/absent\(([^()]*)\)/g, '$1')
    .replace(/ offset \w+/g, '')
    .replace(/\bunless\b/g, 'or')
    .replace(/\s*(?:[<>]=?|==)\s*(?:\([^()]*\)|[\d.]+)/g, '');
}

(hasPrometheus && hasKafka ? describe : describe.skip)('what operators look at', () => {
  let stack: TestStack;
  let client: Client;
  let prometheus: TestPrometheus;
  let rules: readonly Rule[];

  beforeAll(async () => {
    stack = await startStack({ eventBus: 'kafka' });
    client = await Client.of(stack, 'alice');
    const targets = await addresses();
    prometheus = await startPrometheus(targets, rulesFile);
    // A process that is first scraped after the load tells of no increase
    await waitFor(async () => (await prometheus.series('up == 1')) === targets.length, {
      timeoutMs: 30_000,
      what: 'a scrape of each process',
    });
    await load();
    await stack.cleanup([]);
    for (const seen of ['darkroom_upload_ready_seconds_count > 0', 'darkroom_cleanup_actions_total > 0'])
      await waitFor(async () => (await prometheus.series(seen)) > 0, { timeoutMs: 30_000, what: seen });
    await load(); // what Prometheus has not seen before is no increase
    rules = await prometheus.rules();
  }, 180_000);

  afterAll(async () => {
    await prometheus.close();
    await stack.close();
  }, 30_000);

  /** Of every process that serves metrics: each says at its start on which port. */
  async function addresses(): Promise<string[]> {
    const lines = (await readFile(stack.logFile, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
    const ports = lines
      .map((line) => JSON.parse(line) as { readonly msg: string; readonly port?: number })
      .filter(({ msg }) => msg === 'health and metrics' || msg === 'listening')
      .map(({ port }) => `127.0.0.1:${port}`);
    expect(ports).toHaveLength(3);
    return ports;
  }

  /** Uploads, one of them refused, and calls of the API. */
  async function load(): Promise<void> {
    const bytes = await readFile(fixturePath('photo.png'));
    const broken = await readFile(fixturePath('text.jpg'));
    const upload = async (filename: string, contentType: string, content: Uint8Array) =>
      client.settled(await client.send({ filename, contentType, bytes: content }));
    await upload('refused.jpg', 'image/jpeg', broken);
    await upload('photo.png', 'image/png', bytes);
    await client.call('GET', '/images/');
  }

  /** Rates need two scrapes: asks until there is something, or for long enough. */
  async function hasData(expr: string): Promise<boolean> {
    return waitFor(async () => (await prometheus.series(expr)) > 0, { timeoutMs: 10_000, what: expr }).then(
      () => true,
      () => false,
    );
  }

  it('has data in every panel', async () => {
    const queries = panelQueries();
    expect(queries.length).toBeGreaterThan(40);
    const empty = await Promise.all(
      queries.map(async ({ where, expr }) => ((await hasData(expr)) ? [] : [`${where}: ${expr}`])),
    );
    expect(empty.flat()).toEqual([]);
  });

  it('has data in every rule and behind every alert', async () => {
    expect(rules.length).toBeGreaterThan(25);
    expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
    const empty = await Promise.all(
      rules.map(async ({ name, type, query }) => {
        const expr = type === 'alerting' ? watched(query) : query;
        return (await hasData(expr)) ? [] : [`${name}: ${expr}`];
      }),
    );
    expect(empty.flat()).toEqual([]);
  });

  it('has a section of the runbook for every alert', () => {
    const sections = runbookSections();
    const alerts = rules.filter(({ type }) => type === 'alerting');
    const missing = alerts.filter(({ annotations }) => {
      const [file, section = ''] = (annotations?.['runbook_url'] ?? '').split('#');
      return file !== 'docs/operations/runbook.md' || !sections.has(section);
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has a time for each task of the cleanup after which it is late', async () => {
    const query = rules.find(({ name }) => name === 'DarkroomCleanupLate')?.query ?? '';
    const tasks = [...query.matchAll(/task=~?"([^"]+)"/g)].flatMap(([, names = '']) => names.split('|'));
    const told = 'darkroom_cleanup_last_run_timestamp_seconds';
    expect(await prometheus.series(told)).toBe(new Set(tasks).size);
    expect(await prometheus.series(`${told}{task!~"${tasks.join('|')}"}`)).toBe(0);
  });

  it('adds up nothing that every process tells the same of', () => {
    const queries = [...panelQueries().map(({ expr }) => expr), ...rules.map(({ query }) => query)];
    for (const query of queries) {
      for (const name of shared.filter((metric) => query.includes(metric))) {
        expect(query).toMatch(
          new RegExp(`max(?: by \\([a-z_, ]+\\) )?\\((?:increase\\(|min_over_time\\()?${name}`),
        );
      }
    }
  });

  it('knows every metric that is asked for', async () => {
    const queries = [...panelQueries().map(({ expr }) => expr), ...rules.map(({ query }) => query)];
    const named = new Set(queries.flatMap((query) => query.match(/darkroom_[a-z_]+/g) ?? []));
    const known = new Set<string>(Object.keys(metricCatalogue));
    const unknown = [...named].filter((name) => !known.has(name.replace(/_(?:bucket|count|sum)$/, '')));
    expect(unknown).toEqual([]);
  });
});
