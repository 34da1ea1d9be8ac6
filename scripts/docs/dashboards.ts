import { format } from 'prettier';

import { apiPanels, pipelinePanels, workerPanels, type PanelPlan } from './dashboard-panels.ts';

const prometheus = { type: 'prometheus', uid: 'prometheus' };
const jaeger = { type: 'jaeger', uid: 'jaeger' };
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
}

const dashboard = ({ uid, title, panels, variables = [] }: Dashboard) => ({
  uid,
  title,
  tags: ['darkroom'],
  timezone: 'browser',
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-1h', to: 'now' },
  templating: { list: variables },
  links: [{ type: 'dashboards', tags: ['darkroom'], title: 'Darkroom', asDropdown: true }],
  panels,
});

/** One image by its id: its traces, which lead from the presign to the timeline; and how others fared meanwhile. */
const journey = [
  {
    id: 1,
    type: 'table',
    title: 'Traces of image $image_id',
    description: 'A click on a trace opens it.',
    datasource: jaeger,
    gridPos: { x: 0, y: 0, w: 24, h: 10 },
    targets: [
      {
        refId: 'A',
        datasource: jaeger,
        queryType: 'search',
        service: 'upload-api',
        tags: 'darkroom.image.id=$image_id',
        limit: 20,
      },
      {
        refId: 'B',
        datasource: jaeger,
        queryType: 'search',
        service: 'variant-worker',
        tags: 'darkroom.image.id=$image_id',
        limit: 20,
      },
    ],
  },
  ...pipelinePanels.slice(0, 2).map((plan, index) => {
    const made = panel(plan, index);
    return { ...made, id: index + 2, gridPos: { ...made.gridPos, y: 10 } };
  }),
];
const imageId = {
  name: 'image_id',
  label: 'Image id',
  type: 'textbox',
  query: '',
  current: { text: '', value: '' },
};

const dashboards: readonly Dashboard[] = [
  { uid: 'darkroom-pipeline', title: 'Darkroom: pipeline', panels: pipelinePanels.map(panel) },
  { uid: 'darkroom-journey', title: 'Darkroom: one image', panels: journey, variables: [imageId] },
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
