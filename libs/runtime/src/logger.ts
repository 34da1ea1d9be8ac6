import { pino, type Logger as PinoLogger } from 'pino';
import { redactText } from './redact.ts';
import { currentSpan } from './telemetry/current-span.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Name of the process, such as `variant-worker`. */
  readonly name: string;
  readonly level: string;
  /** Where lines go; standard output by default. */
  readonly destination?: { write(line: string): void };
}

/**
 * JSON lines on standard output (pino). Every line passes through {@link redactText}, so that no signature, token or
 * password gets out, whatever an error's message carries. Within a span, a line carries `trace_id` and `span_id`.
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: currentSpan,
    hooks: { streamWrite: redactText },
    redact: {
      paths: [
        'filename',
        'original_filename',
        'token',
        'secret',
        'password',
        'authorization',
        '*.filename',
        '*.token',
      ],
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
