import { readFile } from 'node:fs/promises';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import {
  Client,
  describeBuses,
  post,
  startOtlpReceiver,
  startStack,
  waitFor,
  type OtlpReceiver,
  type Presigned,
  type ReceivedSpan,
  type TestStack,
} from '@darkroom/testing';
import pg from 'pg';
import { journeyOf } from '../observability/observability-files.ts';
import { ancestors, orphans, outcomes, roots, timelineOf } from './trace-tree.ts';

/** Has a position and EXIF; the name is one that nothing else is called. */
const photo = { filename: 'grandmas-birthday.jpg', contentType: 'image/jpeg' };
const position = ['33.856785', '151.21529', '33.8567', '151.2152'];
const queue = 'darkroom-uploads';

describeBuses('one trace', (eventBus) => {
  let stack: TestStack;
  let receiver: OtlpReceiver;
  let client: Client;
  let database: pg.Client;
  let bus: string;
  const secrets: string[] = [photo.filename, 'grandmas', ...position];

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    stack = await startStack({
      eventBus,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '100',
        LOG_LEVEL: 'debug',
        MAX_ATTEMPTS: '2',
      },
    });
    client = await Client.of(stack, 'alice');
    const { postgres, kafka } = await stack.describe();
    bus = kafka?.topic ?? 'event_log';
    database = new pg.Client({ connectionString: postgres });
    await database.connect();
  }, 180_000);

  afterAll(async () => {
    await database.end();
    await stack.close();
    await receiver.close();
  }, 30_000);

  /** Sends the photo; the notification alone tells of it. */
  async function upload(): Promise<string> {
    const bytes = await readFile(fixturePath('large.jpg'));
    const presigned: Presigned = await client.presigned({ ...photo, bytes });
    const { 'x-amz-signature': signature, policy } = Object.fromEntries(
      Object.entries(presigned.fields).map(([name, value]) => [name.toLowerCase(), value]),
    );
    secrets.push(signature!, policy!);
    expect((await post(presigned, bytes)).status).toBe(204);
    return presigned.image_id;
  }

  /** Waits until all that was made of the image has told of itself, and answers the trace of its presigning. */
  async function traceOf(
    imageId: string,
    attempts: number,
    ...clientSpans: string[]
  ): Promise<readonly ReceivedSpan[]> {
    let trace: readonly ReceivedSpan[] = [];
    await waitFor(
      () => {
        const root = receiver.spans.find(
          ({ name, attributes }) =>
            name === 'POST /api/images/presigned-url' && attributes['darkroom.image.id'] === imageId,
        );
        trace = receiver.spans.filter(({ traceId }) => traceId === root?.traceId);
        return isWhole(trace, clientSpans) && processed(trace, 'variant-worker').length === attempts;
      },
      { timeoutMs: 30_000, what: `the trace of ${imageId}` },
    );
    return trace;
  }

  /** What runs last: both tasks, and the messages that they make. */
  function isWhole(trace: readonly ReceivedSpan[], clientSpans: readonly string[]): boolean {
    const sent = trace.filter(({ name }) => name === `create ${bus}`);
    return (
      orphans(trace, ...clientSpans).length === 0 &&
      processed(trace, 'metadata-worker').length > 0 &&
      trace.filter(({ name }) => name === 'append event_log').length >= 3 &&
      (eventBus === 'postgres' || sent.length >= 3)
    );
  }

  const processed = (trace: readonly ReceivedSpan[], group: string) =>
    trace.filter(
      ({ name, attributes }) =>
        name === `process ${bus}` && attributes['messaging.consumer.group.name'] === group,
    );

  /** Breaks the variant worker's task, and nothing else. */
  const hidePresets = (hidden: boolean) =>
    database.query(hidden ? 'alter table presets rename to away' : 'alter table away rename to presets');

  async function deliveryOf(imageId: string, state: 'waiting' | 'dead'): Promise<void> {
    await waitFor(
      async () => {
        const { rowCount } = await database.query(
          'select from deliveries where image_id = $1 and state = $2',
          [imageId, state],
        );
        return rowCount === 1;
      },
      { timeoutMs: 30_000, what: `a ${state} delivery` },
    );
  }

  it('leads from the presign to the timeline, with one root and no orphan', async () => {
    const imageId = await upload();
    await client.settled(imageId);
    const trace = await traceOf(imageId, 1);
    expect(roots(trace).map(({ name }) => name)).toEqual(['POST /api/images/presigned-url']);
    expect(orphans(trace)).toEqual([]);
    const path = (name: string, test: (span: ReceivedSpan) => boolean = () => true) =>
      ancestors(
        trace,
        trace.find((span) => span.name === name && test(span))!,
      );
    expect(path(`process ${queue}`)).toEqual(['POST /api/images/presigned-url']);
    expect(path('S3/CopyObject')).toEqual([
      'accept upload',
      `process ${queue}`,
      'POST /api/images/presigned-url',
    ]);
    const appended = [
      'append event_log',
      'accept upload',
      `process ${queue}`,
      'POST /api/images/presigned-url',
    ];
    for (const task of ['variants', 'metadata'])
      expect(path(`task ${task}`)).toEqual([`process ${bus}`, ...appended]);
    for (const preset of ['thumbnail', 'small', 'medium', 'large', 'webp']) {
      expect(path(`variant ${preset}`)).toEqual(['task variants', `process ${bus}`, ...appended]);
      expect(
        trace.some(
          (span) => span.name === 'S3/PutObject' && ancestors(trace, span)[0] === `variant ${preset}`,
        ),
      ).toBe(true);
    }
    for (const ready of ['variants_ready', 'metadata_ready'])
      expect(path('append timeline', (span) => timelineOf(span).includes(ready))).toEqual([
        `task ${ready.replace('_ready', '')}`,
        `process ${bus}`,
        ...appended,
      ]);
    if (eventBus === 'kafka') expect(path(`create ${bus}`)).toEqual(appended);
    expect(new Set(trace.map(({ service }) => service))).toEqual(
      new Set(['upload-api', 'variant-worker', 'metadata-worker']),
    );
  });

  it('links batches to what is in them', async () => {
    const imageId = await upload();
    await client.settled(imageId);
    const trace = await traceOf(imageId, 1);
    const linking = (name: string) =>
      receiver.spans.filter(
        (span) => span.name === name && span.links.some(({ traceId }) => traceId === trace[0]?.traceId),
      );
    await waitFor(() => linking(`delete ${queue}`).length > 0, {
      timeoutMs: 10_000,
      what: 'the delete span',
    });
    const [message] = trace.filter(({ name }) => name === `process ${queue}`);
    const received = receiver.spans.find(({ spanId }) => spanId === message?.links[0]?.spanId);
    expect(received?.name).toBe(`receive ${queue}`);
    if (eventBus === 'kafka')
      await waitFor(() => linking(`send ${bus}`).length > 0, { timeoutMs: 10_000, what: 'the send span' });
  });

  it('leads from both workers back to what sent the event to Kafka', async () => {
    const imageId = await upload();
    await client.settled(imageId);
    const trace = await traceOf(imageId, 1);
    for (const group of ['variant-worker', 'metadata-worker']) {
      const [span] = processed(trace, group);
      const sent = span?.links.map(({ spanId }) => trace.find((one) => one.spanId === spanId));
      const events = sent?.map((one) => [one?.name, one?.attributes['darkroom.event.type']]);
      expect(events).toEqual(eventBus === 'kafka' ? [[`create ${bus}`, 'ImageUploaded']] : []);
    }
  });

  it('is found by what the dashboard of one image asks for, which has spans for each of its stages', async () => {
    const imageId = await upload();
    await client.settled(imageId);
    const trace = await traceOf(imageId, 1);
    const { searches, stages } = journeyOf(imageId);
    expect(searches).toHaveLength(1);
    const found = searches.flatMap(({ service, operation, tags }) =>
      receiver.spans.filter(
        (span) =>
          span.service === service &&
          span.name === operation &&
          Object.entries(tags).every(([name, value]) => span.attributes[name] === value),
      ),
    );
    expect(found).toEqual(roots(trace));
    expect(stages.length).toBeGreaterThan(3);
    const empty = stages.filter(({ names }) => !trace.some(({ name }) => names.test(name)));
    expect(empty.map(({ title }) => title)).toEqual([]);
  });

  it('goes on with the trace of the client, also when it completes', async () => {
    const bytes = await readFile(fixturePath('large.jpg'));
    const traceId = 'aaaabbbbccccddddeeeeffff00001111';
    const clientSpan = '1234567890abcdef';
    const traced = client.with({ traceparent: `00-${traceId}-${clientSpan}-01` });
    const presigned = await traced.presigned({ ...photo, bytes });
    await post(presigned, bytes);
    const { headers } = await traced.complete(presigned.image_id);
    expect(headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    await client.settled(presigned.image_id);
    const trace = await traceOf(presigned.image_id, 1, clientSpan);
    expect(trace[0]?.traceId).toBe(traceId);
    expect(trace.map(({ name }) => name)).toContain('POST /api/images/upload-complete/:id');
  });

  it('keeps what a client without a trace brings about on the image’s trace', async () => {
    const imageId = await upload();
    await client.complete(imageId);
    await client.settled(imageId);
    const trace = await traceOf(imageId, 1);
    expect(roots(trace)).toHaveLength(1);
    expect(trace.map(({ name }) => name)).toContain('accept upload');
  });

  it('stays whole when a task is tried again', async () => {
    await hidePresets(true);
    const imageId = await upload();
    await deliveryOf(imageId, 'waiting').finally(() => hidePresets(false));
    await client.settled(imageId);
    const trace = await traceOf(imageId, 2);
    expect(roots(trace)).toHaveLength(1);
    expect(orphans(trace)).toEqual([]);
    expect(outcomes(trace)).toEqual(['1 retry', '2 done']);
  });

  it('stays whole when a dead letter is replayed', async () => {
    await hidePresets(true);
    const imageId = await upload();
    await deliveryOf(imageId, 'dead').finally(() => hidePresets(false));
    await stack.darkroom('dead-letters', 'replay', '--image', imageId);
    await waitFor(async () => (await client.image(imageId)).processing.variants.state === 'ready', {
      timeoutMs: 30_000,
      what: 'the variants after the replay',
    });
    const trace = await traceOf(imageId, 3);
    expect(roots(trace)).toHaveLength(1);
    expect(orphans(trace)).toEqual([]);
    expect(outcomes(trace)).toEqual(['1 retry', '2 retry', '1 done']);
  });

  it('tells logs apart by trace and image', async () => {
    const lines = (await readFile(stack.logFile, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const message of ['presigned', 'notification handled', 'the handler failed']) {
      const said = lines.filter(({ msg }) => msg === message);
      expect(said).not.toEqual([]);
      for (const line of said) expect(line['image_id']).toMatch(/^[0-9a-f-]{36}$/);
    }
    for (const message of ['presigned', 'request', 'the handler failed']) {
      const line = lines.find(({ msg }) => msg === message);
      expect(line).toMatchObject({
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      });
    }
  });

  it('holds no signature, token, file name or position, in spans or logs', async () => {
    const { s3 } = await stack.describe();
    const token = (await stack.darkroom('token', 'alice')).trim();
    secrets.push(token.split('.')[1]!, s3.secretAccessKey, 'eyJ');
    const log = await readFile(stack.logFile, 'utf8');
    const spans = receiver.bodies.join('\n');
    expect(receiver.spans.length).toBeGreaterThan(50);
    for (const secret of secrets) {
      expect({ secret, inSpans: spans.includes(secret), inLog: log.includes(secret) }).toEqual({
        secret,
        inSpans: false,
        inLog: false,
      });
    }
  });
});
