import type { Services } from './services.ts';

/** Asks the test run for one of its shared servers, which is started if it is the first to ask. */
export async function askForService<Name extends keyof Services>(name: Name): Promise<Services[Name]> {
  const url = process.env['DARKROOM_TEST_SERVICES'];
  if (url === undefined)
    throw new Error('DARKROOM_TEST_SERVICES is not set: run tests by npm test or by jest.');
  const response = await fetch(`${url}/${name}`, { headers: { connection: 'close' } });
  if (!response.ok) throw new Error(`No ${name} for tests: ${await response.text()}`);
  return (await response.json()) as Services[Name];
}
