import { format } from 'prettier';

import { apiPanels, pipelinePanels, workerPanels, type PanelPlan } from './dashboard-panels.ts';
import { journeyPanels, journeyVariables } from './journey-panels.ts';

const prometheus = { type: 'prometheus', uid: 'prometheus' };
function panel({ title, queries, unit = 'short', description = '' }: PanelPlan, index: number) {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    description,
    datasource: prometheus,
    gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true } },
    targets: queries.map(({ expr, legend }, n) => ({
      refId: String.fromCharCode(65 + n),
      datasource: prometheus,
      expr,
      legendFormat: legend,
    })),
  };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly unknown[];
  readonly variables?: readonly unknown[];
  /** How far back it looks at first. */
  readonly from?: string;
}

const dashboard = ({ uid, title, panels, variables = [], from = 'now-1h' }: Dashboard) => ({
  uid,
  title,
  tags: ['darkroom'],
  timezone: 'browser',
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from, to: 'now' },
  templating: { list: variables },
  links: [{ type: 'dashboards', tags: ['darkroom'], title: 'Darkroom', asDropdown: true }],
  panels,
});

/** How others fared at that time, below the journey of one image. */
const meanwhile = pipelinePanels.slice(0, 2).map((plan, index) => {
  const made = panel(plan, index);
  return { ...made, id: journeyPanels.length + index + 1, gridPos: { ...made.gridPos, y: 40 } };
});

const dashboards: readonly Dashboard[] = [
  { uid: 'darkroom-pipeline', title: 'Darkroom: pipeline', panels: pipelinePanels.map(panel) },
  {
    uid: 'darkroom-journey',
    title: 'Darkroom: one image',
    panels: [...journeyPanels, ...meanwhile],
    variables: journeyVariables,
    from: 'now-2d',
  },
  { uid: 'darkroom-workers', title: 'Darkroom: workers', panels: workerPanels.map(panel) },
  { uid: 'darkroom-api', title: 'Darkroom: API', panels: apiPanels.map(panel) },
];

/** Grafana dashboards, by their path in the repository. */
export const dashboardDocuments: Readonly<Record<string, () => Promise<string>>> = Object.fromEntries(
  dashboards.map((plan) => [
    `infra/observability/dashboards/${plan.uid.replace('darkroom-', '')}.json`,
    () => format(JSON.stringify(dashboard(plan)), { parser: 'json', printWidth: 110 }),
  ]),
);
