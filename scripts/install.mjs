/** Installing the dependencies when they are missing or older than the lock file. Plain Node 20, no dependency. */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 20_000;

const stampOf = (root) => path.join(root, 'node_modules', '.darkroom-installed');
const hashOf = (root) =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/**
 * Whether node_modules is what the lock file says: by the stamp of an earlier run, else (somebody ran npm
 * by hand) by comparing the lock file with npm's own record of what it installed.
 */
export function isInstalled(root) {
  const hash = hashOf(root);
  if (readIfThere(stampOf(root)) === hash) return true;
  const installed = readIfThere(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const have = JSON.parse(installed).packages;
  const want = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const complete = Object.entries(want).every(([name, entry]) => {
    if (!name.startsWith('node_modules/') && !name.includes('/node_modules/')) return true; // our own packages
    if (have[name] === undefined) return entry.optional === true || entry.peer === true;
    return have[name].version === entry.version && have[name].integrity === entry.integrity;
  });
  if (complete) stamp(root, hash);
  return complete;
}

/** Runs `npm ci`, once even if several ask at the same time. Resolves to whether the dependencies are there. */
export async function install(root) {
  const unlock = await lock(path.join(root, '.darkroom-install'));
  try {
    if (isInstalled(root)) return true; // another run did it while we waited
    console.error('Installing the dependencies (npm ci); this happens once and when they change …');
    const started = Date.now();
    const code = await npmCi(root);
    if (code !== 0) {
      console.error(`npm ci failed (exit code ${code}); its message is above. Nothing was started.`);
      return false;
    }
    stamp(root, hashOf(root));
    console.error(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
    return true;
  } finally {
    unlock();
  }
}

function npmCi(root) {
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  args.push('--loglevel=error'); // also where `npm run --silent` would hide the reason of a failure
  const npm = process.env.npm_execpath ?? '';
  const [command, first] = /\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2], // stdout belongs to the program
      shell: process.platform === 'win32' && command === 'npm',
    });
    child.on('error', (error) => {
      console.error(`npm could not be run: ${error.message}`);
      resolve(1);
    });
    const stop = () => child.kill(); // then we end as after any failure, and release the lock
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
    child.on('exit', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(each, stop);
      resolve(code ?? signal);
    });
  });
}

/**
 * A lock for several processes: a folder whose time its holder keeps fresh, so that one left by a killed
 * process is recognised and taken over. Resolves to the release.
 */
async function lock(folder) {
  const token = randomUUID();
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale(folder)) removeStale(folder, token);
    else if (!waited) console.error('Another run is installing the dependencies; waiting for it …');
    await wait(250);
  }
  const beat = setInterval(() => utimesSync(folder, new Date(), new Date()), HEARTBEAT_MS);
  return () => {
    clearInterval(beat);
    rmSync(folder, { recursive: true, force: true });
  };
}

function isStale(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs > STALE_MS;
  } catch {
    return false; // released this moment
  }
}

/** Moves the folder away before removing it: of several that see it stale, one gets it. */
function removeStale(folder, token) {
  const away = `${folder}-${token}`;
  try {
    renameSync(folder, away);
  } catch {
    return; // another was quicker
  }
  if (isStale(away)) rmSync(away, { recursive: true, force: true });
  else renameSync(away, folder); // it had changed hands in between
}

function stamp(root, hash) {
  try {
    writeFileSync(stampOf(root), hash);
  } catch {
    // A read-only checkout: the comparison is made again next time.
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
