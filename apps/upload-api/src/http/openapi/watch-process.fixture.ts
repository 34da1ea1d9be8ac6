/**
 * Imported by Node ahead of a program of a test (DARKROOM_TEST_IMPORT, with the folder of the answers as `?answers=`): holds
 * what an API process of its own answers to the document that this very process serves, and leaves faults in the folder
 * for `npm test` to find.
 */
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { OpenApiDocument } from './document.ts';
import type { Judge } from './hold-to-document.fixture.ts';
import { seenIn } from './record-answers.fixture.ts';
import { watchResponses, type SentResponse } from './watch-responses.fixture.ts';

const folder = new URL(import.meta.url).searchParams.get('answers') ?? '';
const isApi = /upload-api[\\/](?:src[\\/]main\.ts|dist[\\/]main\.js)$/.test(process.argv[1] ?? '');
const path = '/api/openapi.json';
const longestFault = 4_000;

/** By port. A process that serves no API has no document, and nothing to be held to. */
const judges = new Map<number, Promise<Judge | undefined>>();
const see = seenIn(folder);

if (isApi && folder !== '') watchResponses(undefined, (sent) => void hold(sent));

async function hold(sent: SentResponse): Promise<void> {
  if (sent.path === path || !sent.path.startsWith('/api')) return;
  const known = judges.get(sent.port);
  const judge = known ?? judgeOf(sent);
  if (known === undefined) judges.set(sent.port, judge);
  try {
    const { fault, operationId } = (await judge)?.(sent) ?? {};
    if (fault !== undefined) note(fault);
    else if (operationId !== undefined) see(operationId, sent.status);
  } catch (error) {
    note(`${sent.method} ${sent.path} answered ${sent.status}: ${String(error)}`);
  }
}

/** Loads what judges only where something is to be judged: most programs that are started answer nothing. */
async function judgeOf({ host, port }: SentResponse): Promise<Judge | undefined> {
  const document = await documentAt(host, port);
  if (document === undefined) return undefined;
  const { judgeBy } = await import('./hold-to-document.fixture.ts');
  return judgeBy(document);
}

/** By a bare socket: a client of Node's would leave spans and headers of its own. */
async function documentAt(host: string, port: number): Promise<OpenApiDocument | undefined> {
  try {
    const socket = connect(port, host);
    socket.end(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    const answer = await text(socket);
    const [head = '', ...body] = answer.split('\r\n\r\n');
    return / 200 /.test(head) ? (JSON.parse(body.join('\r\n\r\n')) as OpenApiDocument) : undefined;
  } catch {
    return undefined; // it is about to end
  }
}

function note(fault: string): void {
  appendFileSync(
    join(folder, `faults-${process.pid}.txt`),
    `${JSON.stringify(fault.slice(0, longestFault))}\n`,
  );
}
