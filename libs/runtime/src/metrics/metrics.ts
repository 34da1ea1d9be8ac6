import { within } from '@darkroom/kernel';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  catalogue,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
} from './catalogue.ts';

export interface Sample<N extends MetricName> {
  readonly labels: LabelsOf<N>;
  readonly value: number;
}

interface Source {
  readonly name: string;
  readonly collect: () => void | Promise<void>;
  /** Left out of a scrape in which the source cannot be asked, since the last values may be long past. */
  readonly metrics: readonly MetricName[];
}

/** How long a scrape waits for its sources, in milliseconds: Prometheus waits for ten seconds, and then has nothing at all. */
const patienceMs = 5_000;

/** The metrics of one process: those of the catalogue that it uses, and those of Node (prom-client's defaults). */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: Source[] = [];
  readonly #patienceMs: number;

  constructor(service: string, options: { readonly patienceMs?: number } = {}) {
    this.#patienceMs = options.patienceMs ?? patienceMs;
    this.#registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.#registry });
  }

  count<N extends CounterName>(name: N, labels: LabelsOf<N>, by = 1): void {
    this.#counter(name).inc(labels, by);
  }

  set<N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number): void {
    this.#gauge(name).set(labels, value);
  }

  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, value: number): void {
    this.#histogram(name).observe(labels, value);
  }

  /** Has a histogram tell of zero observations: without, Prometheus never sees the first ones as an increase. */
  zero<N extends HistogramName>(name: N, labels: LabelsOf<N>): void {
    this.#histogram(name).zero(labels);
  }

  /** Puts `samples` in the place of all that the metric had: for values that are kept elsewhere. */
  replace<N extends CounterName | GaugeName>(name: N, samples: readonly Sample<N>[]): void {
    const isCounter = catalogue[name].type === 'counter';
    const metric = isCounter ? this.#counter(name as CounterName) : this.#gauge(name as GaugeName);
    metric.reset();
    if (samples.length > 0) metric.remove({}); // a metric without labels is 0 after a reset
    for (const { labels, value } of samples) metric.inc(labels, value);
  }

  /** Has `collect` bring metrics up to date before each scrape. */
  beforeScrape(name: string, metrics: readonly MetricName[], collect: Source['collect']): void {
    this.#sources.push({ name, metrics, collect });
    this.count('darkroom_scrape_errors_total', { source: name }, 0);
  }

  /** All metrics in Prometheus's text format. Sources are asked side by side; one that fails or takes too long is left out. */
  async scrape(): Promise<{ readonly contentType: string; readonly body: string }> {
    await Promise.all(this.#sources.map((source) => this.#collect(source)));
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  async #collect({ name, metrics, collect }: Source): Promise<void> {
    try {
      await within(this.#patienceMs, collect());
    } catch {
      this.count('darkroom_scrape_errors_total', { source: name });
      for (const metric of metrics) this.#registry.removeSingleMetric(metric);
    }
  }

  #counter(name: CounterName): Counter {
    const known = this.#registry.getSingleMetric(name);
    return known === undefined ? new Counter({ name, ...this.#optionsOf(name) }) : (known as Counter);
  }

  #gauge(name: GaugeName): Gauge {
    const known = this.#registry.getSingleMetric(name);
    return known === undefined ? new Gauge({ name, ...this.#optionsOf(name) }) : (known as Gauge);
  }

  #histogram(name: HistogramName): Histogram {
    const known = this.#registry.getSingleMetric(name);
    if (known !== undefined) return known as Histogram;
    return new Histogram({ name, ...this.#optionsOf(name), buckets: [...catalogue[name].buckets] });
  }

  #optionsOf(name: MetricName) {
    const { help, labels } = catalogue[name];
    return { help, labelNames: [...labels] as string[], registers: [this.#registry] };
  }
}
