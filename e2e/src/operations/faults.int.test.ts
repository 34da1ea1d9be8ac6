import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@darkroom/local-stack';
import { Client, hasKafka, waitFor } from '@darkroom/testing';
import { Client as Postgres } from 'pg';
import { openGrounds, type Environment, type Grounds } from './grounds.ts';
import { startLoad, type Load } from './load.ts';
import { probeApi } from './probe-api.ts';
import { programsOf, startProgram, warningsSince, type RunningProgram } from './program.ts';
import { lateOf, recoveryOf, tell, timeUploads } from './recovery.ts';
import { hasToxiproxy, startToxiproxy, type Toxiproxy, type Wire } from './toxiproxy.ts';

/** As long as a failover takes. */
const cutMs = 30_000;
const troubleMs = 5_000;

type Far = 'database' | 'store' | 'queue' | 'bus';
type Fault = 'slow' | 'reset' | 'cut' | 'silence';

/** `npm run soak` adds silence, in which requests hang for up to half a minute each. */
const faults: readonly Fault[] = [
  ...(['slow', 'reset', 'cut'] as const),
  ...(process.env['FAULT_SILENCE'] === 'true' ? (['silence'] as const) : []),
];

/** What the API cannot do while this is away; the rest it does. */
const lost: Readonly<Record<Far, readonly string[]>> = {
  database: ['complete', 'get', 'presign'],
  store: ['complete'],
  queue: [],
  bus: [],
};

/** Resolves when the fault is over and the wire is as before. */
const inflict: Readonly<Record<Fault, (wire: Wire, load: Load) => Promise<void>>> = {
  slow: async (wire, load) => {
    const restore = await wire.slow(100);
    const before = load.settled;
    const settled = waitFor(() => load.settled > before, {
      what: 'an upload by a slow wire',
      timeoutMs: 90_000,
    });
    await Promise.all([settled, delay(troubleMs)]);
    await restore();
  },
  reset: async (wire) => {
    const over = performance.now() + troubleMs;
    while (performance.now() < over) {
      const restore = await wire.reset();
      await delay(200); // connections made anew meet it as well
      await restore();
      await delay(200); // work begins, to be met by the next
    }
  },
  cut: (wire) => away(() => wire.cut()),
  silence: (wire) => away(() => wire.silence()),
};

async function away(begin: () => Promise<() => Promise<void>>): Promise<void> {
  const restore = await begin();
  await delay(cutMs);
  await restore();
}

/** The broker must say that it listens where the wire begins: one run by Java can. */
const hasBroker = hasKafka && spawnSync('java', ['-version']).status === 0;
for (const bus of ['postgres', 'kafka'] as const) {
  const isThere = hasToxiproxy && (bus === 'postgres' || hasBroker);
  (isThere ? describe : describe.skip)(`faults on the wire, EVENT_BUS=${bus}`, () => faultsOn(bus));
}

function faultsOn(eventBus: 'postgres' | 'kafka'): void {
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

  const cases = faults.flatMap((fault) => farOnes.map((far) => [far, fault] as const));
  it.each(cases)(
    '%s: %s, under load',
    async (far, fault) => {
      const load = await startLoad(client);
      await waitFor(() => load.begun >= 3, { what: 'uploads to begin' });
      const before = await timeUploads(client);
      const api = await probeApi(client);
      await inflict[fault](wires.get(far)!, load);
      const [recovery, answers] = await Promise.all([recoveryOf(programs, client, before), api.stop()]);
      const since = performance.now();
      const images = await load.stop();
      const others = `those under way ${Math.round(performance.now() - since)} ms after it`;
      process.stdout.write(
        `  ${eventBus} bus, ${far} ${fault}: ${tell(recovery)}; ${others}; ` +
          `slowest answer of the API ${answers.slowestMs} ms\n`,
      );
      expectAllDone(images);
      await expectNoneGivenUp();
      expect(answers.faults).toEqual([]);
      const unavailable = [...answers.unavailable].sort();
      if (fault === 'cut' || fault === 'silence') expect(unavailable).toEqual(lost[far]);
      else if (fault === 'slow') expect(unavailable).toEqual([]);
      else expect(lost[far]).toEqual(expect.arrayContaining(unavailable)); // by luck, one may meet no reset
      const late = lateOf(recovery);
      expect(late.length === 0 ? [] : [...late, warningsSince(programs, recovery.returnedAt)]).toEqual([]);
    },
    300_000,
  );

  function expectAllDone(images: Awaited<ReturnType<Load['stop']>>): void {
    for (const { id, status, processing, variants } of images) {
      const states = [status, processing.variants.state, processing.metadata.state, variants.length];
      expect([id, ...states]).toEqual([id, 'completed', 'ready', 'ready', 5]);
    }
  }

  async function expectNoneGivenUp(): Promise<void> {
    const dead = await database.query(`select * from deliveries where state = 'dead'`);
    expect(dead.rows).toEqual([]);
    const ended = programs.map(({ name, exited }) => Promise.race([exited.then(() => name), undefined]));
    expect((await Promise.all(ended)).filter((name) => name !== undefined)).toEqual([]);
    const fatal = programs.flatMap(({ lines }) => lines.filter((line) => /"level":"fatal"/.test(line)));
    expect(fatal).toEqual([]);
  }
}
