/** `npm run bench -- images|pipeline|roles|api|live|presign-pairs|spans [arguments]`: figures on standard output, progress on standard error. */
const benches: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<void>>>> = {
  images: async () => (await import('./images/report.ts')).runImagesBench,
  api: async () => (await import('./api/report.ts')).runApiBench,
  live: async () => (await import('./live/report.ts')).runLiveBench,
  'presign-pairs': async () => (await import('./pairs/report.ts')).runPairsBench,
  spans: async () => (await import('./spans/report.ts')).runSpansBench,
  roles: async () => (await import('./roles/report.ts')).runRolesBench,
  pipeline: async () => (await import('./pipeline/report.ts')).runPipelineBench,
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (load) {
  const run = await load();
  await run(args);
} else {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`);
  process.exitCode = 2;
}
