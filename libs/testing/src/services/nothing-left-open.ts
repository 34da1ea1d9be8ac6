/**
 * Loaded by Jest ahead of every test file. A worker of Jest that begins one still has what the file before left open: a server or
 * a child process is a leak. (Jest itself notices one by time alone, half a second, which a busy machine also takes to end.)
 */
const isWorker = /[\\/]jest-worker[\\/]/.test(process.argv[1] ?? '');
const left = process.getActiveResourcesInfo().filter((name) => /Server|Process/.test(name));
if (isWorker && left.length > 0) {
  throw new Error(`the test file that ran before this one in the same worker left open: ${left.join(', ')}`);
}
