import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webhookPausesMs } from '@darkroom/domain';
import { newId } from '@darkroom/kernel';
import { waitFor } from '@darkroom/testing';
import { webhookHeaders } from './sign.ts';

const repository = join(import.meta.dirname, '..', '..', '..', '..');
const guide = readFileSync(join(repository, 'docs', 'guide', 'webhooks.md'), 'utf8');
const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

function exampleOf(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(guide) ?? [];
  if (code === undefined) throw new Error(`the guide has no example in ${language}`);
  return code;
}

const receivers: [name: string, language: string, file: string, program: string][] = [
  ['Node', 'js', 'receiver.mjs', process.execPath],
];
if (spawnSync('python3', ['--version']).status === 0) {
  receivers.push(['Python', 'python', 'receiver.py', 'python3']);
}

describe.each(receivers)('the receiver in %s', (_name, language, file, program) => {
  let folder: string;
  let child: ChildProcess;
  let said = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-guide-'));
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, file), exampleOf(language));
    child = spawn(program, [join(folder, file)], {
      env: { PATH: process.env['PATH'] ?? '', WEBHOOK_SECRET: secret, PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await waitFor(() => /^port \d+\n/.test(said), { what: 'the receiver' });
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  });

  async function post(secrets: readonly string[], at = new Date(), id = newId()): Promise<number> {
    const body = JSON.stringify({ type: 'image.deleted', timestamp: '', data: { image_id: id } });
    const { status } = await fetch(`http://127.0.0.1:${/\d+/.exec(said)?.[0]}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...webhookHeaders({ id, secrets, body }, at) },
      body,
    });
    return status;
  }

  it('takes what is signed, once, with either secret while one is replaced', async () => {
    const id = newId();
    expect(await post([secret], new Date(), id)).toBe(204);
    expect(await post([secret], new Date(), id)).toBe(204);
    expect(await post(['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', secret])).toBe(204);
    await waitFor(() => said.split('\n').length === 4, { what: 'two lines' });
    expect(said.split(`image.deleted ${id}`)).toHaveLength(2);
  });

  it('refuses what is not signed by us, or long ago', async () => {
    expect(await post(['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])).toBe(401);
    expect(await post([secret], new Date(Date.now() - 3_600_000))).toBe(401);
    const bare = await fetch(`http://127.0.0.1:${/\d+/.exec(said)?.[0]}/`, { method: 'POST', body: '{}' });
    expect(bare.status).toBe(401);
  });
});

it('has the pauses as they are', () => {
  const told = [...guide.matchAll(/^\| \d +\| (\d+) (second|minute|hour)s? +\|$/gm)].map(
    ([, count, unit]) => Number(count) * { second: 1_000, minute: 60_000, hour: 3_600_000 }[unit as 'hour'],
  );
  expect(told).toEqual([...webhookPausesMs]);
});
