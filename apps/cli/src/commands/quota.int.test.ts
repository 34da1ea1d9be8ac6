import { jest } from '@jest/globals';
import { migrate } from '@darkroom/adapter-postgres';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { cliContext } from '../cli-context.ts';
import { quotaCommand } from './quota.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ migrate });
});
afterAll(() => database.close());

it('darkroom quota shows, sets and resets what an owner may have', async () => {
  const said: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  const quota = async (...args: string[]) => {
    await quotaCommand(cliContext({ DATABASE_URL: database.url })).parseAsync(args, { from: 'user' });
    return said.at(-1);
  };
  try {
    expect(await quota('show', 'a/b 한')).toBe(
      'a/b 한 has 0 images of 0 bytes in all; limit: the default of the API (QUOTA_IMAGES, QUOTA_BYTES)',
    );
    expect(await quota('set', 'a/b 한', '--images', '5')).toContain('limit: 5 images, any number of bytes');
    expect(await quota('set', 'a/b 한', '--bytes', '10gb')).toContain('5 images, 10737418240 bytes');
    expect(await quota('set', 'a/b 한', '--images', 'none')).toContain('any number of images, 10737418240');
    expect(await quota('reset', 'a/b 한')).toContain('the default of the API');
  } finally {
    log.mockRestore();
  }
});
