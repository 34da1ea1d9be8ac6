import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = path.join(root, 'infra/observability');

export const rulesFile = path.join(folder, 'rules/darkroom.yaml');

export interface PanelQuery {
  readonly where: string;
  readonly expr: string;
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly datasource: { readonly type: string }; readonly expr?: string }[];
  }[];
}

/** Every query to Prometheus of every panel of every dashboard. */
export function panelQueries(): PanelQuery[] {
  const files = readdirSync(path.join(folder, 'dashboards'));
  return files.flatMap((file) => {
    const dashboard = JSON.parse(readFileSync(path.join(folder, 'dashboards', file), 'utf8')) as Dashboard;
    return dashboard.panels.flatMap((panel) =>
      panel.targets.flatMap(({ datasource, expr }) =>
        datasource.type === 'prometheus' && expr !== undefined
          ? [{ where: `${dashboard.title} › ${panel.title}`, expr }]
          : [],
      ),
    );
  });
}

export interface JourneyQuery {
  readonly service: string;
  readonly operation: string;
  /** What a span must have, by name. */
  readonly tags: Readonly<Record<string, string>>;
}

interface JourneyPanel {
  readonly title: string;
  readonly targets: readonly {
    readonly queryType?: string;
    readonly service?: string;
    readonly operation?: string;
    readonly tags?: string;
  }[];
  readonly transformations?: readonly {
    readonly options: {
      readonly filters?: readonly { readonly config: { readonly options: { readonly value: string } } }[];
    };
  }[];
}

/** What the dashboard of one image asks Jaeger for: its searches, and which spans of the trace each stage shows. */
export function journeyOf(imageId: string): {
  readonly searches: readonly JourneyQuery[];
  readonly stages: readonly { readonly title: string; readonly names: RegExp }[];
} {
  const file = path.join(folder, 'dashboards/journey.json');
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { readonly panels: readonly JourneyPanel[] };
  const searches = panels.flatMap(({ targets }) =>
    targets.flatMap(({ queryType, service = '', operation = '', tags = '' }) => {
      if (queryType !== 'search') return [];
      const words = tags.replaceAll('$image_id', imageId).split(' ');
      return [{ service, operation, tags: Object.fromEntries(words.map((word) => word.split('='))) }];
    }),
  );
  const stages = panels.flatMap(({ title, transformations = [] }) =>
    transformations.flatMap(({ options: { filters = [] } }) =>
      filters.map(({ config }) => ({ title, names: new RegExp(config.options.value) })),
    ),
  );
  return { searches, stages };
}

/** The runbook's sections, as their links name them. */
export function runbookSections(): Set<string> {
  const text = readFileSync(path.join(root, 'docs/operations/runbook.md'), 'utf8');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
  );
}
