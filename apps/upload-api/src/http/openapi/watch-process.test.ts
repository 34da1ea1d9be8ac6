import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitFor } from '@darkroom/testing';

/** A program that goes by the API's name, and does not do as its document says. */
const program = `
import { createServer } from 'node:http';
const ok = { description: 'x', content: { 'application/json': { schema: { type: 'array' } } } };
const get = { operationId: 'listThings', responses: { 200: ok } };
const document = { openapi: '3.1.1', components: {}, paths: { '/things': { get }, '/others': { get } } };
const bodies = { '/api/openapi.json': document, '/api/things': [], '/api/others': {} };
const server = createServer(({ url }, response) => {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(bodies[url]));
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

it('holds what a program answers to the document that it serves itself', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-watched-'));
  const main = path.join(folder, 'upload-api/src/main.ts');
  mkdirSync(path.dirname(main), { recursive: true });
  writeFileSync(main, program);
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const watcher = pathToFileURL(path.join(import.meta.dirname, 'watch-process.fixture.ts'));
  watcher.searchParams.set('answers', folder);
  const child = spawn(process.execPath, ['--conditions=darkroom-source', `--import=${watcher.href}`, main], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [port] = (await once(child, 'message')) as [number];
    for (const name of ['things', 'others']) await fetch(`http://127.0.0.1:${port}/api/${name}`);
    const noted = (kind: string) => {
      const [file] = globSync(`${kind}-*.txt`, { cwd: folder });
      return file === undefined ? undefined : readFileSync(path.join(folder, file), 'utf8');
    };
    expect(await waitFor(() => noted('faults'), { what: 'a fault' })).toContain(
      'GET /api/others answered 200',
    );
    expect(noted('seen')).toBe('listThings 200\n');
  } finally {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
});
