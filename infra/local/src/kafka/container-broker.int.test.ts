import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-docker-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What asking for Kafka by a container says where this answers for Docker. */
async function askedOf(daemon: RequestListener): Promise<unknown> {
  const socket = path.join(folder, 'docker.sock');
  const server = createServer(daemon).listen(socket);
  await once(server, 'listening');
  const program = path.join(import.meta.dirname, 'ask-for-kafka.fixture.ts');
  const own = { HOME: folder, DOCKER_HOST: `unix://${socket}`, TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' };
  const env = { PATH: process.env['PATH'], ...own };
  try {
    return JSON.parse((await promisify(execFile)(process.execPath, [program], { env })).stdout);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('passes over a daemon that cannot have the image, and says so', async () => {
  const answer = await askedOf((request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url?.endsWith('/info')) reply(200, { OperatingSystem: 'Linux', ServerVersion: '29.0' });
    else if (request.url?.includes('/containers/json')) reply(200, []);
    else if (request.url?.includes('/images/create')) reply(500, { message: 'no such host' });
    else reply(404, { message: 'No such image' });
  });
  expect(answer).toEqual({ kind: 'none', reason: expect.stringMatching(/no container: .*no such host/) });
});

it('passes over a daemon that never answers', async () => {
  const answer = await askedOf(() => undefined);
  expect(answer).toEqual({ kind: 'none', reason: expect.stringContaining('does not answer') });
});
