import { hasKafka, waitFor } from '@darkroom/testing';
import { ailments, openImpostors, outsideAilments, type Impostors } from './doctor-ailments.fixture.ts';
import {
  after,
  doctor,
  failed,
  openDoctorWorld,
  shell,
  type DoctorWorld,
  type Variables,
} from './doctor.fixture.ts';

let world: DoctorWorld;
let impostors: Impostors;
beforeAll(async () => {
  world = await openDoctorWorld();
  impostors = await openImpostors(world);
}, 120_000);
afterAll(async () => {
  await impostors.close();
  await world.close();
}, 120_000);

const withoutUnset = (env: Readonly<Record<string, string | undefined>>): Variables =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

it('finds nothing where all is well, and says so', async () => {
  expect(failed(await doctor(world.healthy))).toEqual([]);
  const { code, stdout, stderr } = await shell('darkroom doctor', world.healthy);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('All is well.');
});

it.each([...ailments, ...outsideAilments(() => impostors)])(
  '$check ($says): named, and nothing else; and what it prints cures it',
  async ({ check, says, cause, env: settings, decided }) => {
    await cause?.(world);
    const env = withoutUnset({ ...world.healthy, ...settings?.(world) });
    const sick = await doctor(env);
    expect(failed(sick)).toEqual([check]);
    const { what, fix, look, decide } = sick.find(({ state }) => state === 'failed') ?? {};
    expect(what).toMatch(says);
    if (decided === undefined) {
      expect([fix, look, decide]).toEqual([expect.any(String), undefined, undefined]);
      // In the same shell, as a person would: some cures are settings
      expect(failed(await doctor(await after(fix ?? '', env)))).toEqual([]);
    } else {
      expect([fix, look, decide]).toEqual([
        undefined,
        expect.stringMatching(decided.look),
        expect.any(String),
      ]);
      expect(failed(await doctor({ ...world.healthy, ...(await decided.env(world)) }))).toEqual([]);
    }
    // A cure for another bucket or queue took them over; the next case wants them as they were
    if (fix?.startsWith('darkroom setup')) await shell('darkroom setup', world.healthy);
  },
  120_000,
);

/** The command starts what is behind: then it takes its time. */
async function cures(env: Variables, fix: string): Promise<void> {
  try {
    expect(await shell(fix, env)).toMatchObject({ code: 0, stderr: '' });
    const isWell = async () => failed(await doctor(env)).length === 0;
    await waitFor(isWell, { what: 'the workers to catch up', timeoutMs: 120_000 });
  } finally {
    await world.stopWorkers();
  }
}

it('names who lags behind in the log, and its command starts them', async () => {
  const env = { ...world.healthy, EVENT_BUS: 'postgres' };
  await world.withPostgres(async ({ db }) => {
    const head = 'update event_log_head set next_offset = 2 where singleton';
    const event = `insert into event_log
      (event_id, image_id, image_seq, owner_id, partition, type, time, data, log_offset, appended_at)
      values (gen_random_uuid(), gen_random_uuid(), 1, 'alice', 0, 'ImageUploaded', now() - interval '1 hour', '{}', 1,
        now() - interval '1 hour')`;
    const group = "insert into event_groups (name) values ('variant-worker')";
    const offset =
      "insert into event_group_offsets (group_name, partition, next_offset) values ('variant-worker', 0, 1)";
    for (const sql of [head, event, group, offset]) await db.run((knex) => knex.raw(sql));
  });
  const results = await doctor(env);
  expect(failed(results)).toEqual(['lag']);
  const { what, fix = '' } = results.find(({ name }) => name === 'lag') ?? {};
  expect(what).toMatch(/variant-worker has 1 events waiting, .* 6\d minutes/);
  await cures(env, fix);
}, 240_000);

(hasKafka ? it : it.skip)(
  'names who lags behind on Kafka, and its command starts them',
  async () => {
    const producer = world.kafka().producer();
    await producer.connect();
    const message = { partition: 3, value: 'an event', timestamp: String(Date.now() - 3_660_000) };
    await producer.send({ topic: world.topic, messages: [message, message] });
    await producer.disconnect();
    const results = await doctor(world.healthy);
    expect(failed(results)).toEqual(['lag on Kafka']);
    const { what, fix = '' } = results.find(({ name }) => name === 'lag on Kafka') ?? {};
    for (const worker of ['variant-worker', 'metadata-worker'])
      expect(what).toMatch(new RegExp(`${worker} has \\d+ events waiting, the oldest for 60 minutes`));
    await cures(world.healthy, fix);
  },
  240_000,
);

it('names what is away once, and asks nothing that hangs on it', async () => {
  const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const results = await doctor({ ...world.healthy, ...away });
  expect(failed(results)).toEqual(['database']);
  expect(results.find(({ name }) => name === 'database')).toMatchObject({
    look: 'psql "$DATABASE_URL" -c "select 1"',
    decide: expect.stringContaining('where Postgres is'),
  });
  const skipped = results.filter(({ state }) => state === 'skipped').map(({ name }) => name);
  expect(skipped).toEqual(['direct connection', 'migrations', 'lag']);
  const { code, stdout } = await shell('darkroom doctor', { ...world.healthy, ...away });
  expect(code).toBe(1);
  expect(stdout).toContain('only you can decide: ');
  expect(stdout).toContain('to see the cause: psql');
});
