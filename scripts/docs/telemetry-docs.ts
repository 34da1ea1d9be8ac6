import { format } from 'prettier';
import { spanAttributes } from '../../libs/kernel/src/tracing/attributes.ts';
import { catalogue } from '../../libs/runtime/src/metrics/catalogue.ts';

const cell = (text: string) => text.replaceAll('|', '\\|');
const markdown = (lines: readonly string[]) =>
  format(lines.join('\n'), { parser: 'markdown', printWidth: 110 });

/** docs/operations/metrics.md */
export function metricsDocument(): Promise<string> {
  const rows = Object.entries(catalogue).map(([name, { type, labels, scope, help }]) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${named} | ${scope} | ${cell(help)} |`;
  });
  return markdown([
    '# Metrics',
    '',
    'Written by `npm run docs` from `libs/runtime/src/metrics/catalogue.ts`.',
    '',
    'Every process serves `/metrics` in the text format of Prometheus: `upload-api` on `HTTP_PORT`, where it answers ' +
      '404 to what came through a proxy (`X-Forwarded-For`, `Forwarded`); the workers on `HEALTH_PORT`. The cleanup runs ' +
      'once and ends: its counts are kept in Postgres, and `upload-api` tells them. Each series has a label `service`, ' +
      'which names the program. No label holds a person, an image or a file name.',
    '',
    '**`process`** metrics tell of one process: add them up. **`shared`** metrics are read from Postgres, SQS or Kafka, ' +
      'and every process that tells one tells the same value: take `max`, never `sum`, over processes.',
    '',
    '| metric | type | labels | scope | says |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Beside these stand the defaults of [prom-client](https://github.com/siimon/prom-client): `process_*` (processor, memory, file descriptors) and `nodejs_*` (event loop, heap, garbage collection).',
  ]);
}

/** docs/operations/telemetry.md */
export function telemetryDocument(): Promise<string> {
  const rows = Object.entries(spanAttributes).map(([name, says]) => `| \`${name}\` | ${cell(says)} |`);
  return markdown([
    '# Traces',
    '',
    'Written by `npm run docs`.',
    '',
    "Traces are OpenTelemetry's, by its own variables: on with `OTEL_EXPORTER_OTLP_ENDPOINT` (or " +
      '`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_TRACES_EXPORTER`), off without and with `OTEL_SDK_DISABLED=true`. ' +
      "`OTEL_EXPORTER_OTLP_PROTOCOL`, `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and the others do what the specification says. Off, none of the SDK's modules is loaded.",
    '',
    '## One trace of an image',
    '',
    '```',
    'POST /api/images/presigned-url           goes on with the traceparent of the page, if it sends one',
    '├─ append timeline                       presigned; the place is kept on the image’s row',
    '└─ process <queue>                       S3’s notification carries no trace: the row’s is taken',
    '   └─ accept upload',
    '      ├─ S3/CopyObject, S3/GetObject …',
    '      ├─ append timeline                 stored, accepted',
    '      └─ append event_log                its place travels with the event, as traceparent',
    '         ├─ create <topic>               with Kafka; a send span of its own trace links to each',
    '         ├─ process <topic>              variant-worker; each attempt, also after a replay; with Kafka, a link to create',
    '         │  └─ task variants',
    '         │     ├─ build variants',
    '         │     ├─ variant thumbnail, …   with the S3/PutObject of each',
    '         │     └─ append timeline        variants_ready',
    '         └─ process <topic>              metadata-worker',
    '            └─ task metadata',
    '```',
    '',
    'A span tells of statements to Postgres by their text with placeholders, of S3 by command and bucket, and of errors by ' +
      'their kind. What is received and removed in batches (`receive`, `delete`, `send`) has a trace of its own with links to ' +
      'the messages. Messages on Kafka carry the place of their `create` span in the header `darkroom_producer_traceparent`, beside ' +
      'the `traceparent` of the event: the `process` spans of both workers link to it. The API answers with `traceresponse`: a client that sends it back as `traceparent` with ' +
      '`upload-complete` keeps that call on the trace; without it, the acceptance is on the image’s trace all the same, linked to the call. ' +
      'Log lines within a span carry `trace_id` and `span_id`, and those of an image `image_id`.',
    '',
    '## Attributes of our own',
    '',
    '| attribute | says |',
    '|---|---|',
    ...rows,
  ]);
}
