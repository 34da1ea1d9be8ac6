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

/** The runbook's sections, as their links name them. */
export function runbookSections(): Set<string> {
  const text = readFileSync(path.join(root, 'docs/operations/runbook.md'), 'utf8');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
  );
}
