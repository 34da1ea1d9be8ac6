interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** One graph. */
export interface PanelPlan {
  readonly title: string;
  readonly queries: readonly Query[];
  /** Of Grafana. Default `short`. */
  readonly unit?: string;
  readonly description?: string;
}

const query = (expr: string, legend: string): Query => ({ expr, legend });
const window = '5m';
const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}[${window}]))`;
const quantile = (part: number, metric: string, by: string) =>
  `histogram_quantile(${part}, sum by (${[by, 'le'].filter((name) => name !== '').join(', ')}) (rate(${metric}_bucket[${window}])))`;
const quantiles = (metric: string) =>
  [0.5, 0.95, 0.99].map((part) => query(quantile(part, metric, ''), `p${part * 100}`));

/** What becomes of uploads. */
export const pipelinePanels: readonly PanelPlan[] = [
  {
    title: 'Uploads by stage',
    queries: [query(rate('darkroom_upload_stages_total', 'stage'), '{{stage}}')],
    unit: 'reqps',
  },
  {
    title: 'From stored to ready',
    queries: quantiles('darkroom_upload_ready_seconds'),
    unit: 's',
    description: '99 % within 10 s is promised.',
  },
  {
    title: 'Budget that is being used: late uploads',
    queries: [
      query('darkroom:ready_late:ratio_rate5m / 0.01', '5 minutes'),
      query('darkroom:ready_late:ratio_rate1h / 0.01', 'an hour'),
    ],
    description: '1: just what a month allows.',
  },
  {
    title: 'Refusals by code',
    queries: [query(rate('darkroom_upload_rejections_total', 'code'), '{{code}}')],
    unit: 'reqps',
  },
  {
    title: 'Notifications that wait',
    queries: [query('max by (queue, state) (darkroom_queue_messages)', '{{queue}} {{state}}')],
  },
  {
    title: 'Age of notifications when they are received',
    queries: quantiles('darkroom_queue_message_age_seconds'),
    unit: 's',
  },
  {
    title: 'What the relay did',
    queries: [query(rate('darkroom_relay_messages_total', 'outcome'), '{{outcome}}')],
    unit: 'reqps',
  },
  {
    title: 'Lag in events',
    queries: [
      query(
        'sum by (bus, group) (max by (bus, group, partition) (darkroom_group_lag_events))',
        '{{group}} ({{bus}})',
      ),
    ],
  },
  {
    title: 'Lag in seconds',
    queries: [query('max by (bus, group) (darkroom_group_lag_seconds)', '{{group}} ({{bus}})')],
    unit: 's',
  },
  {
    title: 'Waiting for another attempt, and given up',
    queries: [
      query('max by (group) (darkroom_deliveries_waiting)', '{{group}} waiting'),
      query('max by (group) (darkroom_dead_letters)', '{{group}} dead'),
    ],
  },
  {
    title: 'Accepted images that are not ready',
    queries: [
      query('max(darkroom_unready_images)', 'images'),
      query('max(darkroom_unready_oldest_seconds)', 'seconds of the oldest'),
    ],
  },
  {
    title: 'Age of the oldest file that nobody has accepted or refused',
    queries: [query('max(darkroom_incoming_oldest_seconds)', 'seconds')],
    unit: 's',
    description: 'By S3’s list of incoming/. Within a minute, unless the relay stands still.',
  },
  {
    title: 'Events without an offset',
    queries: [query('max(darkroom_unsequenced_events)', 'events')],
  },
  {
    title: 'Events to Kafka',
    queries: [
      query('sum(rate(darkroom_published_events_total[5m]))', 'published'),
      query('sum(rate(darkroom_publish_failures_total[5m]))', 'failed tries'),
      query('sum(darkroom_publisher_waiting_events)', 'waiting'),
    ],
    description: 'Only with EVENT_BUS=kafka.',
  },
  {
    title: 'What the cleanup put right, in a day',
    queries: [
      query('max by (task, action) (increase(darkroom_cleanup_actions_total[1d]))', '{{task}}: {{action}}'),
    ],
  },
];

/** The HTTP API. */
export const apiPanels: readonly PanelPlan[] = [
  {
    title: 'Calls by route',
    queries: [
      query(rate('darkroom_http_request_duration_seconds_count', 'method, route'), '{{method}} {{route}}'),
    ],
    unit: 'reqps',
  },
  {
    title: 'Calls by status',
    queries: [query(rate('darkroom_http_request_duration_seconds_count', 'status'), '{{status}}')],
    unit: 'reqps',
  },
  {
    title: 'Time to answer, 95 of 100 calls',
    queries: [
      query(
        quantile(0.95, 'darkroom_http_request_duration_seconds', 'method, route'),
        '{{method}} {{route}}',
      ),
    ],
    unit: 's',
  },
  {
    title: 'Presign',
    queries: quantiles('darkroom_http_request_duration_seconds').map(({ expr, legend }) =>
      query(expr.replace('_bucket[', '_bucket{route="/api/images/presigned-url"}['), legend),
    ),
    unit: 's',
  },
  {
    title: 'Budget that is being used: failed presigns',
    queries: [
      query('darkroom:presign_errors:ratio_rate5m / 0.001', '5 minutes'),
      query('darkroom:presign_errors:ratio_rate1h / 0.001', 'an hour'),
    ],
    description: '1: just what a month allows.',
  },
  {
    title: 'Connections to Postgres',
    queries: [
      query('sum by (service, state) (darkroom_database_connections)', '{{service}} {{state}}'),
      query('sum by (service) (darkroom_database_connections_max)', '{{service}} at most'),
    ],
  },
];

/** The workers, and every process’s own. */
export const workerPanels: readonly PanelPlan[] = [
  {
    title: 'Events by what became of them',
    queries: [query(rate('darkroom_deliveries_total', 'group, outcome'), '{{group}} {{outcome}}')],
    unit: 'reqps',
  },
  {
    title: 'Time of a task, 95 of 100',
    queries: [query(quantile(0.95, 'darkroom_task_duration_seconds', 'task'), '{{task}}')],
    unit: 's',
  },
  {
    title: 'Time of a variant, 95 of 100',
    queries: [query(quantile(0.95, 'darkroom_variant_duration_seconds', 'variant'), '{{variant}}')],
    unit: 's',
  },
  {
    title: 'Pixels a second',
    queries: [query(rate('darkroom_image_pixels_total', 'task'), '{{task}}')],
  },
  {
    title: 'Pixels in flight',
    queries: [query('sum by (group) (darkroom_pixels_in_flight)', '{{group}}')],
  },
  {
    title: 'Bytes in and out',
    queries: [
      query(rate('darkroom_image_bytes_total', 'task'), 'in: {{task}}'),
      query(rate('darkroom_variant_bytes_total', 'variant'), 'out: {{variant}}'),
    ],
    unit: 'Bps',
  },
  {
    title: 'In hand',
    queries: [query('sum by (group, state) (darkroom_consumer_jobs)', '{{group}} {{state}}')],
  },
  {
    title: 'Waiting for a dependency',
    queries: [query('max by (group) (darkroom_consumer_paused)', '{{group}}')],
  },
  {
    title: 'Processor',
    queries: [query(rate('process_cpu_seconds_total', 'service'), '{{service}}')],
    unit: 'percentunit',
  },
  {
    title: 'Memory',
    queries: [query('max by (service) (process_resident_memory_bytes)', '{{service}}, the largest')],
    unit: 'bytes',
  },
  {
    title: 'Event loop, 99 of 100 turns',
    queries: [query('max by (service) (nodejs_eventloop_lag_p99_seconds)', '{{service}}')],
    unit: 's',
  },
  {
    title: 'Starts',
    queries: [query('sum by (service) (changes(process_start_time_seconds[1h]))', '{{service}}')],
  },
  {
    title: 'Processes that play a role of upload-api',
    queries: [query('sum by (role) (darkroom_role_up)', '{{role}}')],
    description: '0: nobody plays it.',
  },
];
