import { styleText } from 'node:util';

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Where the stack and its programs write: one readable line each in a terminal, JSON lines elsewhere. */
export interface StackConsole {
  /** A line of a program's output; a JSON log line is taken apart. */
  line(name: string, text: string): void;
  /** What the stack itself has to say. */
  say(level: Level, message: string): void;
  /** A line as it stands, in both forms. */
  plain(text: string): void;
}

interface Output {
  isTTY?: boolean | undefined;
  write(text: string): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

const colours = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;
const hidden = new Set(['level', 'time', 'name', 'msg', 'pid', 'hostname', 'err', 'v']);

export function createConsole(output: Output): StackConsole {
  let open = true;
  output.on('error', () => (open = false)); // the reader has gone (EPIPE): go on without it
  const write = (text: string): void => {
    if (open) output.write(`${text}\n`);
  };
  const terminal = output.isTTY === true;
  return {
    line(name, text) {
      if (parse(text)?.['ready'] === true) return; // said to us, not to the reader
      write(terminal ? readable(name, text) : asJson(name, text));
    },
    say(level, message) {
      const entry = JSON.stringify({ level, time: new Date().toISOString(), name: 'stack', msg: message });
      write(terminal ? readable('stack', entry) : entry);
    },
    plain: write,
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function asJson(name: string, text: string): string {
  if (parse(text) !== undefined) return text;
  return JSON.stringify({ level: 'info', time: new Date().toISOString(), name, msg: text });
}

function readable(name: string, text: string): string {
  const colour =
    colours[[...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % colours.length] ?? 'cyan';
  const prefix = styleText(colour, `${name.padEnd(15)} |`);
  const entry = parse(text);
  if (entry === undefined) return `${prefix} ${text}`;
  const level = String(entry['level'] ?? 'info');
  const time = String(entry['time'] ?? '').slice(11, 19);
  const shown = ['warn', 'error', 'fatal'].includes(level)
    ? styleText(level === 'warn' ? 'yellow' : 'red', level.padEnd(5))
    : level.padEnd(5);
  return `${prefix} ${styleText('dim', time)} ${shown} ${String(entry['msg'] ?? '')}${details(entry)}${stack(entry)}`;
}

function details(entry: Record<string, unknown>): string {
  const pairs = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : styleText('dim', `  ${pairs.join(' ')}`);
}

function stack(entry: Record<string, unknown>): string {
  const error = entry['err'] as { stack?: string; message?: string } | undefined;
  const text = error?.stack ?? error?.message;
  return text === undefined ? '' : `\n    ${text.replaceAll('\n', '\n    ')}`;
}
