/**
 * Runs a program of this repository: `node scripts/run.mjs <program.ts> [arguments]`, or
 * `node scripts/run.mjs --bin <tool> [arguments]` for a tool of node_modules. Installs the dependencies first
 * when they are missing or older than the lock file, then starts the program on the project's own Node 24.
 *
 * It depends on nothing and runs on Node 20, because it is what runs before anything is installed. It writes
 * to stderr only: stdout belongs to the program.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './install.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The script to run and Node's own options for it. */
function resolveProgram(args) {
  if (args[0] !== '--bin') {
    return ['--conditions=darkroom-source', path.join(root, args[0]), ...args.slice(1)];
  }
  const folder = path.join(root, 'node_modules', args[1]);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return [path.join(folder, typeof bin === 'string' ? bin : bin[args[1]]), ...args.slice(2)];
}

/** The Node 24 that came with the dependencies, and the running one if it is new enough. */
function nodes() {
  const bundled = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  const running = Number(process.versions.node.split('.')[0]) >= 24 ? [process.execPath] : [];
  return existsSync(bundled) ? [bundled, ...running] : running;
}

function needNode24() {
  const wanted = readFileSync(path.join(root, '.nvmrc'), 'utf8').trim();
  console.error(
    `Darkroom needs Node ${wanted} (see .nvmrc); this is Node ${process.versions.node}, and none came with the` +
      ` dependencies for ${process.platform} ${process.arch}.\nInstall it (for example: nvm install) and try again.`,
  );
  process.exit(1);
}

/**
 * npm that was killed can no longer pass a signal on: when our parent is gone, the program is asked to stop.
 * Only below npm: a program started by hand may well outlive its shell.
 */
function watchParent(child) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parents = [process.ppid, parentOfShell(process.ppid)].filter((pid) => pid > 1);
  const timer = setInterval(() => {
    if (parents.every(isAlive)) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 500);
  timer.unref();
}

/** npm runs a script through a shell, which may stay between us: then its parent counts as well (Linux). */
function parentOfShell(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, name, parent] = /\((.*)\) \S (\d+)/s.exec(stat);
    return ['sh', 'dash', 'bash'].includes(name) ? Number(parent) : 0;
  } catch {
    return 0; // no /proc here
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(candidates, args) {
  const [node, ...others] = candidates;
  if (node === undefined) return needNode24();
  // The IPC channel tells the program, by its end, that we were killed.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: process.cwd() });
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const forward = () => child.kill(signal);
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  child.on('error', () => {
    for (const off of forwarded) off();
    run(others, args); // a Node built for another C library does not start: try the next one
  });
  child.on('spawn', () => watchParent(child));
  child.on('exit', (code, signal) => {
    for (const off of forwarded) off();
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

const args = process.argv.slice(2);
if (args.length === 0) {
  console.error('usage: node scripts/run.mjs <program.ts> [arguments] | --bin <tool> [arguments]');
  process.exit(2);
}
if (!isInstalled(root) && !(await install(root))) process.exit(1);
run(nodes(), resolveProgram(args));
