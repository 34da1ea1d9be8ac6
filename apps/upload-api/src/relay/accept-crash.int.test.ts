import { migrate } from '@darkroom/adapter-postgres';
import type { AcceptDependencies, Image } from '@darkroom/domain';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, openAcceptanceKit, type AcceptanceKit } from './acceptance.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let kit: AcceptanceKit;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openAcceptanceKit({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
});
afterAll(async () => {
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

type Moment = 'before' | 'after';

/** A process that dies at its `at`-th call to the outside, before or after the call took effect, and does nothing more. */
function mortal(deps: AcceptDependencies, at: number, moment: Moment) {
  let calls = 0;
  const mortally = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls > at || (calls === at && moment === 'before')) throw new Error('killed');
          const result: unknown = await method.apply(target, args);
          if (calls === at) throw new Error('killed');
          return result;
        };
      },
    });
  return {
    deps: {
      ...deps,
      images: mortally(deps.images),
      objects: mortally(deps.objects),
      maintenance: mortally(deps.maintenance),
    },
    survived: () => calls < at,
  };
}

/** Kills at every call there is, one after the other, and lets another process go on each time. */
async function killEverywhere(
  arrive: () => Promise<Image>,
  check: (image: Image, killedAt: string) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    for (const moment of ['before', 'after'] as const) {
      const image = await arrive();
      const dying = mortal(kit.deps, at, moment);
      const end = await kit
        .accept(dying.deps)({ key: image.incomingKey })
        .then(
          () => 'ended',
          (error: unknown) => String(error),
        );
      if (dying.survived()) return at - 1;
      expect(end).toBe('Error: killed');
      await kit.accept()({ key: image.incomingKey });
      await check(image, `call ${at}, ${moment}`);
    }
  }
}

const photo = fixture('tiny.png');

it('loses nothing and doubles nothing, wherever an accepting process is killed', async () => {
  const calls = await killEverywhere(
    () => kit.arrived(photo, 'image/png'),
    async (image, killedAt) => {
      const row = await kit.row(image);
      const objects = await kit.objects(image);
      expect({ killedAt, status: row.status, events: await kit.events(image) }).toEqual({
        killedAt,
        status: 'completed',
        events: ['ImageUploaded'],
      });
      expect(objects).toContain(row.originalKey);
      // At most copies that no row knows; the reconciler takes them after an hour
      expect(objects.filter((key) => !key.startsWith('originals/'))).toEqual([]);
      expect(objects.length).toBeLessThanOrEqual(2);
    },
  );
  expect(calls).toBeGreaterThanOrEqual(7);
});

it('refuses once, wherever a refusing process is killed', async () => {
  const calls = await killEverywhere(
    () => kit.arrivedFile('magic-only.jpg'),
    async (image, killedAt) => {
      const { status, failureCode } = await kit.row(image);
      expect({ killedAt, status, failureCode, events: await kit.events(image) }).toEqual({
        killedAt,
        status: 'failed',
        failureCode: 'undecodable',
        events: ['ImageRejected'],
      });
      expect((await kit.objects(image)).filter((key) => !key.startsWith('originals/'))).toEqual([]);
    },
  );
  expect(calls).toBeGreaterThanOrEqual(7);
});
