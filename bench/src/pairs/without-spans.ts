import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../../..');

/** As libs/kernel/src/tracing/spans.ts, with nothing in it. */
const noSpans = `
export const inSpan = (_name, _options, work) => work(undefined);
export const isTraced = () => false;
export const openSpan = () => undefined;
export const failSpan = () => {};
export const annotateSpan = () => {};
export const currentTraceparent = () => null;
export const joiningTrace = (parent) => ({ parent });
`;

/** Of @opentelemetry/api what the HTTP server calls by itself. */
const noApi = `
const span = { isRecording: () => false, spanContext: () => ({}), end() {} };
for (const name of ['updateName', 'setAttribute', 'setAttributes', 'setStatus']) span[name] = () => span;
export const trace = {
  getTracer: () => ({ startSpan: () => span }),
  getActiveSpan: () => undefined,
  getSpanContext: () => undefined,
  setSpan: (context) => context,
  setSpanContext: (context) => context,
};
export const context = { active: () => ({}), with: (_context, work, self, ...args) => work.call(self, ...args) };
export const propagation = { extract: (context) => context };
export const ROOT_CONTEXT = {};
export const SpanKind = { INTERNAL: 0, SERVER: 1, CLIENT: 2, PRODUCER: 3, CONSUMER: 4 };
export const SpanStatusCode = { UNSET: 0, OK: 1, ERROR: 2 };
export const TraceFlags = { NONE: 0, SAMPLED: 1 };
export const isSpanContextValid = () => false;
`;

/** A copy of this checkout's programs in which nothing of tracing is left but the calls. The caller removes it. */
export async function copyWithoutSpans(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-without-spans-'));
  for (const name of ['apps', 'libs', 'infra/local', 'package.json'])
    await cp(path.join(repository, name), path.join(folder, name), {
      recursive: true,
      filter: (from) => !/node_modules|\bdist\b/.test(path.relative(repository, from)),
    });
  await writeFile(path.join(folder, 'libs/kernel/src/tracing/spans.ts'), noSpans);
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, '@opentelemetry/api'), { recursive: true });
  for (const name of await readdir(path.join(repository, 'node_modules'))) {
    if (name === '@darkroom' || name === '@opentelemetry') continue;
    await symlink(path.join(repository, 'node_modules', name), path.join(modules, name));
  }
  // Its links lead to the packages beside them, so that these are the copies
  await cp(path.join(repository, 'node_modules/@darkroom'), path.join(modules, '@darkroom'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const manifest = { name: '@opentelemetry/api', type: 'module', exports: './index.js' };
  await writeFile(path.join(modules, '@opentelemetry/api/package.json'), JSON.stringify(manifest));
  await writeFile(path.join(modules, '@opentelemetry/api/index.js'), noApi);
  return folder;
}

export const removeCopy = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
