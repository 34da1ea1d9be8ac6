import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@darkroom/local-stack';
import { Client, hasKafka, waitFor } from '@darkroom/testing';
import { Client as Postgres } from 'pg';
import { openGrounds, type Environment, type Grounds } from './grounds.ts';
import { startLoad } from './load.ts';
import { probeApi, recoveryOf } from './probe-api.ts';
import { programsOf, startProgram, type RunningProgram } from './program.ts';
import { hasToxiproxy, startToxiproxy, type Toxiproxy, type Wire } from './toxiproxy.ts';

/** `npm test` cuts for a moment; `npm run soak` for as long as a failover takes, and by silence as well. */
const cutMs = Number(process.env['FAULT_CUT_SECONDS'] ?? '5') * 1_000;
const isLong = cutMs >= 30_000;

type Far = 'database' | 'store' | 'queue' | 'bus';

/** What the API cannot do while this is away; the rest it does. */
const lost: Readonly<Record<Far, readonly string[]>> = {
  database: ['presign', 'get', 'complete'],
  store: ['complete'],
  queue: [],
  bus: [],
};

/** The broker must say that it listens where the wire begins: one run by Java can. */
const hasBroker = hasKafka && spawnSync('java', ['-version']).status === 0;
// In short, one bus is enough: what differs is how events travel
const buses = isLong || !hasBroker ? (['postgres', 'kafka'] as const) : (['kafka'] as const);
for (const bus of buses) {
  const isThere = hasToxiproxy && (bus === 'postgres' || hasBroker);
  (isThere ? describe : describe.skip)(`faults on the wire, EVENT_BUS=${bus}`, () => faults(bus));
}

function faults(eventBus: 'postgres' | 'kafka'): void {
  const farOnes: Far[] = ['database', 'store', 'queue', ...(eventBus === 'kafka' ? ['bus' as const] : [])];
  let grounds: Grounds;
  let toxiproxy: Toxiproxy;
  let database: Postgres;
  let client: Client;
  let programs: RunningProgram[] = [];
  const wires = new Map<Far, Wire>();

  beforeAll(async () => {
    const kafkaPorts = { port: await freePort(), advertisedPort: await freePort() };
    [grounds, toxiproxy] = await Promise.all([openGrounds({ eventBus, kafkaPorts }), startToxiproxy()]);
    const env = await throughWires(grounds.env, kafkaPorts);
    programs = await Promise.all(programsOf(eventBus).map((name) => startProgram(name, env)));
    const api = programs.find(({ name }) => name === 'api')!;
    client = new Client(`${api.origin}/api`, await grounds.token('alice'));
    database = new Postgres({ connectionString: grounds.env['DATABASE_URL'] });
    await database.connect();
  }, 400_000);

  afterAll(async () => {
    await Promise.all(programs.map((program) => program.close()));
    await toxiproxy.close();
    await database.end();
    await grounds.close();
  }, 60_000);

  /** From inside everything goes by way of the wires. The URLs given out lead past them: the browser has another way. */
  async function throughWires(
    env: Environment,
    kafka: { readonly port: number; readonly advertisedPort: number },
  ): Promise<Environment> {
    const lay = async (far: Far, url: string): Promise<string> => {
      const through = new URL(url);
      const wire = await toxiproxy.wire(far, Number(through.port));
      wires.set(far, wire);
      through.port = String(wire.port);
      return through.href.replace(/\/$/, '');
    };
    const changed = {
      DATABASE_URL: await lay('database', env['DATABASE_URL']!),
      S3_ENDPOINT: await lay('store', env['S3_ENDPOINT']!),
      SQS_ENDPOINT: await lay('queue', env['SQS_ENDPOINT']!),
    };
    if (eventBus === 'kafka') wires.set('bus', await toxiproxy.wire('bus', kafka.port, kafka.advertisedPort));
    return { ...env, ...changed };
  }

  const together = isLong ? farOnes.map((far) => [far]) : [farOnes];
  it.each(together.map((some) => [some.join(', '), some] as const))(
    'slow wires, and ones that reset connections, lose nothing: %s',
    async (_names, some) => {
      const chosen = some.flatMap((far) => wires.get(far) ?? []);
      const load = await startLoad(client);
      await waitFor(() => load.begun >= 3, { what: 'uploads to begin' });
      const quick = await Promise.all(chosen.map((wire) => wire.slow(100)));
      const before = load.settled;
      await waitFor(() => load.settled > before, { what: 'an upload by a slow wire', timeoutMs: 90_000 });
      await Promise.all(quick.map((restore) => restore()));
      for (let round = 0; round < 2; round += 1) {
        for (const wire of chosen) {
          const whole = await wire.reset();
          await delay(200); // connections made anew meet it as well
          await whole();
          await delay(200); // work begins, to be met by the next
        }
      }
      await expectAllDone(await load.stop());
    },
    240_000,
  );

  const kinds = isLong ? (['cut', 'silence'] as const) : (['cut'] as const);
  const cases = farOnes.flatMap((far) => kinds.map((kind) => [far, kind] as const));
  it.each(cases)(
    '%s: %s for a while',
    async (far, kind) => {
      const load = await startLoad(client);
      await waitFor(() => load.begun >= 3, { what: 'uploads to begin' });
      const api = await probeApi(client);
      const restore = await wires.get(far)![kind]();
      await delay(cutMs);
      await restore();
      const recovered = recoveryOf(programs, client);
      const answers = await api.stop();
      const figures = await recovered;
      const since = performance.now();
      await expectAllDone(await load.stop());
      const allMs = Math.round(performance.now() - since);
      process.stdout.write(
        `  ${eventBus} bus, ${far} ${kind} for ${cutMs} ms: ready again after ${figures.readyMs} ms, ` +
          `a new upload done after ${figures.uploadMs} ms, by its notification alone after ${figures.noticedMs} ms (${figures.usualMs} ms as a rule), the others ${allMs} ms later; ` +
          `slowest answer ${answers.slowestMs} ms\n`,
      );
      expect(answers.faults).toEqual([]);
      expect([...answers.unavailable].sort()).toEqual([...lost[far]].sort());
    },
    300_000,
  );

  async function expectAllDone(images: Awaited<ReturnType<Awaited<ReturnType<typeof startLoad>>['stop']>>) {
    for (const { id, status, processing, variants } of images) {
      const states = [status, processing.variants.state, processing.metadata.state, variants.length];
      expect([id, ...states]).toEqual([id, 'completed', 'ready', 'ready', 5]);
    }
    const dead = await database.query(`select * from deliveries where state = 'dead'`);
    expect(dead.rows).toEqual([]);
    const ended = programs.map(({ name, exited }) => Promise.race([exited.then(() => name), undefined]));
    expect((await Promise.all(ended)).filter((name) => name !== undefined)).toEqual([]);
    const fatal = programs.flatMap(({ lines }) => lines.filter((line) => /"level":"fatal"/.test(line)));
    expect(fatal).toEqual([]);
  }
}
