/**
 * One image by its id, from its trace in Jaeger: a search finds the call that presigned it, a click on it shows the whole trace
 * and, one table for each, the stages that it went through.
 */
const jaeger = { type: 'jaeger', uid: 'jaeger' };

const textbox = (name: string, label: string) => ({
  name,
  label,
  type: 'textbox',
  query: '',
  current: { text: '', value: '' },
});

export const journeyVariables = [textbox('image_id', 'Image id'), textbox('trace_id', 'Trace id')];

/** What the search's rows lead to: the panels below, and the same trace in Explore. */
const links = [
  {
    title: 'Show its stages below',
    url: '/d/darkroom-journey?var-image_id=${image_id}&var-trace_id=${__value.raw}&${__url_time_range}',
  },
  { title: 'Open in Explore', url: exploreUrl(), targetBlank: true },
];

/** Grafana fills the trace id in; all around it is encoded here, since it stands in a query string. */
function exploreUrl(): string {
  const mark = 'TRACE';
  const panes = {
    trace: {
      datasource: jaeger.uid,
      queries: [{ refId: 'A', datasource: jaeger, query: mark }],
      range: { from: 'now-7d', to: 'now' },
    },
  };
  const encoded = encodeURIComponent(JSON.stringify(panes)).replace(mark, '${__value.raw}');
  return `/explore?schemaVersion=1&panes=${encoded}`;
}

const search = {
  type: 'table',
  title: 'The trace of image $image_id',
  description:
    'Found by the call that presigned it, within the time range above. Click the trace id, and choose where to see it.',
  datasource: jaeger,
  gridPos: { x: 0, y: 0, w: 24, h: 5 },
  fieldConfig: {
    defaults: {},
    overrides: [
      { matcher: { id: 'byName', options: 'traceID' }, properties: [{ id: 'links', value: links }] },
    ],
  },
  targets: [
    {
      refId: 'A',
      datasource: jaeger,
      queryType: 'search',
      service: 'upload-api',
      operation: 'POST /api/images/presigned-url',
      tags: 'darkroom.image.id=$image_id',
      limit: 20,
    },
  ],
};

/** Without a query type, Jaeger's data source takes the query for a trace id. */
const wholeTrace = [{ refId: 'A', datasource: jaeger, query: '$trace_id' }];

const whole = {
  type: 'traces',
  title: 'From presign to timeline',
  description: 'Every span of $trace_id. Links lead to the batches that it travelled in.',
  datasource: jaeger,
  gridPos: { x: 0, y: 5, w: 24, h: 19 },
  targets: wholeTrace,
};

/** Names of spans by stage, as docs/operations/telemetry.md lists them. */
const stages = [
  { title: 'Presigned, received, accepted', names: '^(POST /api/images/.*|process .*|accept upload)$' },
  { title: 'Appended and sent', names: '^(append (event_log|timeline)|create .*)$' },
  { title: 'Tasks and variants', names: '^(task .*|build variants|variant .*)$' },
  { title: 'S3', names: '^S3/.*$' },
] as const;

const shown = ['operationName', 'serviceName', 'startTime', 'duration'];

const stage = ({ title, names }: (typeof stages)[number], index: number) => ({
  type: 'table',
  title,
  datasource: jaeger,
  gridPos: { x: (index % 2) * 12, y: 24 + Math.floor(index / 2) * 8, w: 12, h: 8 },
  fieldConfig: {
    defaults: {},
    overrides: [
      {
        matcher: { id: 'byName', options: 'startTime' },
        properties: [{ id: 'unit', value: 'time:HH:mm:ss.SSS' }],
      },
      { matcher: { id: 'byName', options: 'duration' }, properties: [{ id: 'unit', value: 'ms' }] },
    ],
  },
  targets: wholeTrace,
  transformations: [
    {
      id: 'filterByValue',
      options: {
        type: 'include',
        match: 'any',
        filters: [{ fieldName: 'operationName', config: { id: 'regex', options: { value: names } } }],
      },
    },
    { id: 'filterFieldsByName', options: { include: { names: shown } } },
    { id: 'sortBy', options: { fields: {}, sort: [{ field: 'startTime' }] } },
  ],
});

export const journeyPanels = [search, whole, ...stages.map(stage)].map((panel, index) => ({
  id: index + 1,
  ...panel,
}));
