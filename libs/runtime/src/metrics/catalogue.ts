interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it says, with its unit; a sentence of docs/operations/metrics.md. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
  /**
   * `process`: each process tells of itself, so values add up. `shared`: it is read from Postgres, SQS or Kafka, and every
   * process that tells it tells the same: take the `max`, never the sum.
   */
  readonly scope: 'process' | 'shared';
}

const quick = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const slow = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Every metric of Darkroom's own. Labels have few values: routes, codes, groups, presets; never a person or an image. */
export const catalogue = {
  darkroom_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time to answer an HTTP call, by the pattern of its route.',
    labels: ['method', 'route', 'status'],
    buckets: quick,
    scope: 'process',
  },
  darkroom_upload_stages_total: {
    type: 'counter',
    help: 'Uploads that reached a stage: presigned, stored, accepted, rejected, ready, failed.',
    labels: ['stage'],
    scope: 'process',
  },
  darkroom_upload_rejections_total: {
    type: 'counter',
    help: 'Uploads that were refused, by failure code.',
    labels: ['code'],
    scope: 'process',
  },
  darkroom_upload_ready_seconds: {
    type: 'histogram',
    help: 'From the moment S3 had the file (whole seconds, by its clock) until variants and metadata were there, of new uploads.',
    labels: [],
    buckets: [0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 300, 900],
    scope: 'process',
  },
  darkroom_relay_messages_total: {
    type: 'counter',
    help: 'Messages of the notification queue: received, removed, buried, failed; and the outcomes of those that named an upload.',
    labels: ['outcome'],
    scope: 'process',
  },
  darkroom_relay_outages_total: {
    type: 'counter',
    help: 'Times that the relay met a dependency that was away, and paused.',
    labels: [],
    scope: 'process',
  },
  darkroom_role_up: {
    type: 'gauge',
    help: '1 of a role that this process of upload-api plays; 0 of one that it does not play and that the installation needs.',
    labels: ['role'],
    scope: 'process',
  },
  darkroom_queue_message_age_seconds: {
    type: 'histogram',
    help: 'Age of a notification when the relay received it.',
    labels: [],
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
    scope: 'process',
  },
  darkroom_queue_messages: {
    type: 'gauge',
    help: 'Messages in the notification queue and its dead-letter queue, waiting and in flight, roughly, as SQS says.',
    labels: ['queue', 'state'],
    scope: 'shared',
  },
  darkroom_incoming_oldest_seconds: {
    type: 'gauge',
    help: 'How long ago S3 got the oldest file that nobody has accepted or refused; 0 where there is none. Looked for once a minute, among the first 5,000.',
    labels: [],
    scope: 'shared',
  },
  darkroom_deliveries_total: {
    type: 'counter',
    help: 'Events that a worker was done with, by what became of them: done, skipped, retried, dead.',
    labels: ['group', 'outcome'],
    scope: 'process',
  },
  darkroom_consumer_jobs: {
    type: 'gauge',
    help: 'Events that a worker has in hand: running or queued.',
    labels: ['group', 'state'],
    scope: 'process',
  },
  darkroom_consumer_paused: {
    type: 'gauge',
    help: '1 while a worker waits for a dependency that is away.',
    labels: ['group'],
    scope: 'process',
  },
  darkroom_published_events_total: {
    type: 'counter',
    help: 'Events that the publisher wrote to Kafka.',
    labels: [],
    scope: 'process',
  },
  darkroom_publish_failures_total: {
    type: 'counter',
    help: 'Tries of the publisher that failed.',
    labels: [],
    scope: 'process',
  },
  darkroom_publisher_waiting_events: {
    type: 'gauge',
    help: 'Events that the publisher has read and not written yet.',
    labels: [],
    scope: 'process',
  },
  darkroom_task_duration_seconds: {
    type: 'histogram',
    help: 'Time of one run of a task of an image, from claim to record.',
    labels: ['task', 'outcome'],
    buckets: slow,
    scope: 'process',
  },
  darkroom_variant_duration_seconds: {
    type: 'histogram',
    help: 'Time of the last resize and the encode of one variant.',
    labels: ['variant'],
    buckets: slow,
    scope: 'process',
  },
  darkroom_variant_bytes_total: {
    type: 'counter',
    help: 'Bytes of the variants that were built.',
    labels: ['variant'],
    scope: 'process',
  },
  darkroom_image_pixels_total: {
    type: 'counter',
    help: 'Pixels of the originals that went through a task.',
    labels: ['task'],
    scope: 'process',
  },
  darkroom_image_bytes_total: {
    type: 'counter',
    help: 'Bytes of the originals that went through a task.',
    labels: ['task'],
    scope: 'process',
  },
  darkroom_pixels_in_flight: {
    type: 'gauge',
    help: 'Pixels of the originals that are being worked on, as the budget counts them.',
    labels: ['group'],
    scope: 'process',
  },
  darkroom_database_connections: {
    type: 'gauge',
    help: 'Connections of the pool, used and idle; and calls that wait for one.',
    labels: ['state'],
    scope: 'process',
  },
  darkroom_database_connections_max: {
    type: 'gauge',
    help: 'Size of the pool.',
    labels: [],
    scope: 'process',
  },
  darkroom_group_lag_events: {
    type: 'gauge',
    help: 'Events that a group has not finished, by partition; `bus` is `log` or `kafka`.',
    labels: ['bus', 'group', 'partition'],
    scope: 'shared',
  },
  darkroom_group_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest of them; on Kafka the largest of 5, 15, 60, 300, 900 and 3600 that it is older than.',
    labels: ['bus', 'group', 'partition'],
    scope: 'shared',
  },
  darkroom_unsequenced_events: {
    type: 'gauge',
    help: 'Committed events without an offset. More than a moment means that nobody sequences.',
    labels: [],
    scope: 'shared',
  },
  darkroom_deliveries_waiting: {
    type: 'gauge',
    help: 'Events that wait for another attempt.',
    labels: ['group'],
    scope: 'shared',
  },
  darkroom_dead_letters: {
    type: 'gauge',
    help: 'Events that were given up, and that nobody replayed or discarded.',
    labels: ['group'],
    scope: 'shared',
  },
  darkroom_unready_images: {
    type: 'gauge',
    help: 'Accepted images with a task that is neither ready nor failed.',
    labels: [],
    scope: 'shared',
  },
  darkroom_unready_oldest_seconds: {
    type: 'gauge',
    help: 'How long ago the oldest of them was accepted; 0 where there is none.',
    labels: [],
    scope: 'shared',
  },
  darkroom_cleanup_actions_total: {
    type: 'counter',
    help: 'What the cleanup did over all its runs, by task and action, such as reaped, reprocessed and removed.',
    labels: ['task', 'action'],
    scope: 'shared',
  },
  darkroom_cleanup_last_run_timestamp_seconds: {
    type: 'gauge',
    help: 'When a task of the cleanup last ended without a problem.',
    labels: ['task'],
    scope: 'shared',
  },
  darkroom_scrape_errors_total: {
    type: 'counter',
    help: 'Scrapes in which a source could not be asked; its metrics are left out then.',
    labels: ['source'],
    scope: 'process',
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type MetricName = keyof typeof catalogue;
export type LabelsOf<N extends MetricName> = Readonly<
  Record<(typeof catalogue)[N]['labels'][number], string>
>;
type NamesOf<T extends Definition['type']> = {
  [N in MetricName]: (typeof catalogue)[N]['type'] extends T ? N : never;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
