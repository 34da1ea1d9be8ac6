import { stripVTControlCharacters } from 'node:util';
import { createConsole } from './console.ts';

function output(isTTY: boolean) {
  const lines: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  return {
    isTTY,
    lines,
    write: (text: string) => void lines.push(stripVTControlCharacters(text)),
    on: (_event: 'error', listener: (error: Error) => void) => void (fail = listener),
    fail: () => fail(new Error('EPIPE')),
  };
}

const entry = JSON.stringify({
  level: 'warn',
  time: '2026-01-02T03:04:05.678Z',
  name: 'x',
  msg: 'slow',
  ms: 12,
});

describe('createConsole', () => {
  it('writes one readable line per entry in a terminal', () => {
    const out = output(true);
    const console = createConsole(out);
    console.line('upload-api', entry);
    console.line('s3', 'not JSON');
    console.plain('ready');
    expect(out.lines).toEqual([
      'upload-api      | 03:04:05 warn  slow  ms=12\n',
      's3              | not JSON\n',
      'ready\n',
    ]);
  });

  it('shows the stack of an error below its line', () => {
    const out = output(true);
    createConsole(out).line(
      'api',
      JSON.stringify({ level: 'error', msg: 'no', err: { stack: 'Error: no\n  at x' } }),
    );
    expect(out.lines[0]).toContain('\n    Error: no\n      at x');
  });

  it('writes JSON lines elsewhere, and wraps what is none', () => {
    const out = output(false);
    const console = createConsole(out);
    console.line('upload-api', entry);
    console.line('s3', '{broken');
    console.say('info', 'hello');
    expect(out.lines[0]).toBe(`${entry}\n`);
    expect(JSON.parse(out.lines[1]!)).toMatchObject({ name: 's3', level: 'info', msg: '{broken' });
    expect(JSON.parse(out.lines[2]!)).toMatchObject({ name: 'stack', level: 'info', msg: 'hello' });
  });

  it('goes on in silence when the reader has gone', () => {
    const out = output(false);
    const console = createConsole(out);
    out.fail();
    console.say('info', 'nobody hears this');
    expect(out.lines).toEqual([]);
  });
});
