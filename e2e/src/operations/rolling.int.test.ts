import { once } from 'node:events';
import { connect } from 'node:net';
import { migrate, type Migration } from '@darkroom/adapter-postgres';
import type { ImageBody } from '@darkroom/contracts';
import { Client, describeBuses, waitFor } from '@darkroom/testing';
import { Client as Postgres } from 'pg';
import { Bucket } from '../support/bucket.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { openGrounds, repository, type Grounds } from './grounds.ts';
import { largePhotograph, startLoad } from './load.ts';
import { programsOf, startProgram, troubleOf, type ProgramName, type RunningProgram } from './program.ts';

/** That of the release before: its programs are the old ones of the rolling update. CI makes one (scripts/test.ts). */
const previous = process.env['DARKROOM_PREVIOUS_CHECKOUT'] ?? repository;

/** What any release may add, so that tables change under the old programs also where this version adds nothing. */
const addition: Migration = {
  id: '99991231235959-addition',
  sql: `
    alter table images add column addition text;
    alter table event_log add column addition integer not null default 0;
    create table additions (image_id uuid primary key references images (id), note text not null);
    create index images_addition_idx on images (addition);`,
};

describeBuses('updating and stopping programs that are at work', (eventBus) => {
  const names = programsOf(eventBus);
  let grounds: Grounds;
  let database: Postgres;
  let balancer: Balancer;
  let client: Client;
  let token: string;
  const started: RunningProgram[] = [];
  const current = new Map<ProgramName, RunningProgram>();
  const start = async (name: ProgramName, checkout = repository): Promise<RunningProgram> => {
    const program = await startProgram(name, grounds.env, checkout);
    started.push(program);
    return program;
  };

  beforeAll(async () => {
    [grounds, balancer] = await Promise.all([openGrounds({ eventBus, checkout: previous }), startBalancer()]);
    token = await grounds.token('alice');
    client = new Client(`${balancer.origin}/api`, token);
    database = new Postgres({ connectionString: grounds.env['DATABASE_URL'] });
    await database.connect();
    const old = await Promise.all(names.map((name) => start(name, previous)));
    for (const program of old) current.set(program.name, program);
    balancer.use([current.get('api')!.port]);
  }, 180_000);

  afterAll(async () => {
    await Promise.all(started.map((program) => program.close()));
    await balancer.close();
    await database.end();
    await grounds.close();
  }, 60_000);

  /** Waits until the program has something in hand that a stop could spoil. */
  const atWork = (name: ProgramName) => {
    const task = { 'variant-worker': 'variants', 'metadata-worker': 'metadata' }[name as string];
    const where =
      task === undefined
        ? `status = 'uploading'`
        : `status = 'completed' and processing->'${task}'->>'state' = 'running'`;
    const found = async () => (await database.query(`select from images where ${where} limit 1`)).rowCount;
    return waitFor(found, { what: `${name} to be at work`, timeoutMs: 60_000, intervalMs: 5 });
  };

  const expectAllDone = async (images: readonly ImageBody[]): Promise<void> => {
    for (const { id, status, processing, variants } of images) {
      const states = [status, processing.variants.state, processing.metadata.state, variants.length];
      expect([id, ...states]).toEqual([id, 'completed', 'ready', 'ready', 5]);
    }
    // With none spent, it waits to see what another worker makes of the image
    const spent = await database.query('select * from deliveries where attempts > 0');
    expect(spent.rows).toEqual([]);
    expect(troubleOf(started)).toBe('');
  };

  it('the programs of the version before go on with the tables of this one', async () => {
    const load = await startLoad(client);
    await waitFor(() => load.settled > 0, { what: 'an upload before', timeoutMs: 60_000 });
    const said = await grounds.darkroom('migrate');
    const added = await migrate(grounds.env['DATABASE_URL']!, [addition]);
    process.stdout.write(
      `  ${eventBus} bus, while old programs were at work: ${said}; ${added.join(', ')}\n`,
    );
    const before = load.settled;
    await waitFor(() => load.settled >= before + 6, { what: 'uploads after', timeoutMs: 90_000 });
    await expectAllDone(await load.stop());
  }, 240_000);

  /** New before old, one after another, each while it is at work. */
  const updates = [
    ['a rolling update', repository],
    ['going back to the version before', previous],
    ['the update after that', repository],
  ] as const;
  it.each(updates)(
    '%s under load loses no upload',
    async (_what, checkout) => {
      const load = await startLoad(client);
      const fresh = await Promise.all(names.map((name) => start(name, checkout)));
      balancer.use(fresh.filter(({ name }) => name === 'api').map(({ port }) => port));
      for (const program of fresh) {
        const { name } = program;
        const old = current.get(name)!;
        await atWork(name);
        old.terminate();
        expect([name, await old.exited]).toEqual([name, 0]);
        current.set(name, program);
      }
      const images = await load.stop();
      expect(images.length).toBeGreaterThan(names.length);
      await expectAllDone(images);
    },
    240_000,
  );

  it('the API finishes what it was asked, refuses what is new, and ends its streams', async () => {
    const api = await start('api');
    const bearer = { authorization: `Bearer ${token}` };
    const stream = await fetch(`${api.origin}/api/events`, { headers: bearer });
    expect(stream.status).toBe(200);
    const streamed = stream.text();
    const underWay = await askSlowly(api.port, token);
    const kept = await keepConnection(api.port, token);
    expect(await api.readiness()).toBe(200);

    api.terminate();
    await waitFor(async () => (await api.readiness()) === 503, { what: 'it to say that it is stopping' });
    const refused = await fetch(`${api.origin}/api/images/categories`, { headers: bearer });
    expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(await kept.ask()).toMatch(/^HTTP\/1\.1 200 [^]*^connection: close\r$/im);
    expect(await streamed).not.toContain('image_id');
    const answer = await underWay.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(await api.exited).toBe(0);
    expect(await api.readiness()).toBeUndefined();
  }, 60_000);

  it('what is in hand at SIGTERM is finished, with no attempt wasted', async () => {
    const photograph = await largePhotograph();
    const ids = await Promise.all(Array.from({ length: 4 }, () => client.send(photograph)));
    const workers = names.filter((name) => name !== 'api').reverse();
    for (const name of workers) {
      const program = current.get(name)!;
      if (name.endsWith('worker')) await atWork(name);
      program.terminate();
      const seen: (number | undefined)[] = [];
      while (seen.at(-1) !== undefined || seen.length === 0) seen.push(await program.readiness());
      expect(seen.join(' ')).toMatch(/^(?:200 )*(?:503 )*$/); // never ready again
      expect([name, await program.exited]).toEqual([name, 0]);
    }
    await Promise.all(workers.map((name) => start(name)));
    const images = await Promise.all(ids.map((id) => client.settled(id, 120_000)));
    await expectAllDone(images);
    const attempts = images.map(({ processing }) => [
      processing.variants.attempts,
      processing.metadata.attempts,
    ]);
    expect(attempts).toEqual(images.map(() => [1, 1]));
    const bucket = new Bucket({ ...grounds.s3, ...grounds.s3.credentials });
    await waitFor(async () => (await bucket.keys('incoming/')).length === 0, {
      what: 'incoming/ to be empty',
    });
    bucket.close();
  }, 180_000);
});

/** A connection by which something has been asked, and is asked once more. */
async function keepConnection(port: number, token: string): Promise<{ ask(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const ask = async (): Promise<string> => {
    socket.write(
      `GET /api/images/categories HTTP/1.1\r\nHost: darkroom\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [string];
    return answer;
  };
  expect(await ask()).toMatch(/^connection: keep-alive\r$/im);
  return { ask };
}

/** Asks for a presign and holds half of the body back; the server has the request in hand when this resolves. */
async function askSlowly(port: number, token: string): Promise<{ finish(): Promise<string> }> {
  const file = { filename: 'slow.jpg', content_type: 'image/jpeg', file_size: 1_000, category_id: 1 };
  const body = JSON.stringify(file);
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const head = [
    'POST /api/images/presigned-url HTTP/1.1',
    'Host: darkroom',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue', // answered when the request is taken up
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  const [word] = (await once(socket, 'data')) as [string];
  expect(word).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  return {
    finish: async () => {
      let answer = '';
      socket.on('data', (text: string) => (answer += text));
      socket.write(body.slice(10));
      await once(socket, 'end');
      return answer;
    },
  };
}
