import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { isTelemetryOn } from './telemetry.ts';

const run = promisify(execFile);
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '100' };

async function loadedWith(env: Record<string, string>): Promise<{ loaded: string[]; recording: boolean }> {
  const program = path.join(import.meta.dirname, 'loaded-modules.fixture.ts');
  const { stdout } = await run(process.execPath, ['--conditions=darkroom-source', program], { env });
  return JSON.parse(stdout) as { loaded: string[]; recording: boolean };
}

describe('startTelemetry', () => {
  it.each([{}, { ...endpoint, OTEL_SDK_DISABLED: 'true' }])(
    'loads nothing but the API while it is off: %j',
    async (env) => {
      expect(await loadedWith(env)).toEqual({ loaded: ['api'], recording: false });
    },
  );

  it('loads the SDK and records where there is a collector', async () => {
    const { loaded, recording } = await loadedWith(endpoint);
    expect(loaded).toEqual(expect.arrayContaining(['sdk-node', 'sdk-trace']));
    expect(recording).toBe(true);
  });
});

describe('isTelemetryOn', () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, false],
  ])('%j: %p', (env, on) => {
    expect(isTelemetryOn(env)).toBe(on);
  });
});
