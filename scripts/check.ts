/** `npm run check`: everything that a commit must pass beside its tests. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

function tool(name: string, ...args: string[]): string[] {
  const folder = path.join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  return [
    path.join(folder, (typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0])) ?? ''),
    ...args,
  ];
}

const nx = (target: string): string[] =>
  tool('nx', 'run-many', '-t', target, '--outputStyle=static', '--parallel=2');

const rootFiles = ['scripts', 'eslint.config.js', 'jest.config.js'];
const steps: { name: string; commands: string[][] }[] = [
  { name: 'format', commands: [tool('prettier', '--check', '--log-level', 'warn', '.')] },
  { name: 'lint', commands: [nx('lint'), tool('eslint', '--max-warnings', '0', ...rootFiles)] },
  { name: 'types', commands: [nx('typecheck'), tool('@typescript/native', '-p', 'scripts/tsconfig.json')] },
  { name: 'build', commands: [nx('build')] },
];

const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }),
  // Nx runs tools by their name: those of the project, on the project's Node.
  PATH: [path.dirname(process.execPath), path.join(root, 'node_modules', '.bin'), process.env['PATH']].join(
    path.delimiter,
  ),
  ...(process.env['CI'] === 'true' ? { NX_SKIP_NX_CACHE: 'true' } : {}),
};

const failed: string[] = [];
for (const { name, commands } of steps) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  const results = commands.map(
    (args) => spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status,
  );
  const good = results.every((status) => status === 0);
  if (!good) failed.push(name);
  console.log(`── ${name} ${good ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
console.log(failed.length === 0 ? '\ncheck passed' : `\ncheck FAILED: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
