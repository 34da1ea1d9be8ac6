import { types } from 'node:util';
import { AppError, isNetworkError } from '@darkroom/kernel';

/** SQLSTATE of what may pass by itself (PostgreSQL manual, Appendix A), by class or by whole code. */
const transientStates = [
  '08', // connection exception
  '53', // insufficient resources: too many connections, disk full, out of memory
  '57P', // shutdown, crash, cannot connect now
  '57014', // cancelled, which here means statement_timeout
  '55P03', // lock_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read only: a failover is on its way
];
const lostRaces = new Set(['40001', '40P01']);
/** Errors of pg and of knex's pool that carry no code. */
const transientMessages =
  /Connection terminated|connection is closed|not queryable|timeout expired|timeout exceeded|Query read timeout|Timeout acquiring a connection|aborted/i;

interface VendorError {
  readonly code: string;
  readonly message: string;
  readonly constraint: string | undefined;
}

function vendorError(error: unknown): VendorError | undefined {
  if (!types.isNativeError(error)) return undefined;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    message: error.message,
    constraint: typeof constraint === 'string' ? constraint : undefined,
  };
}

/** Whether the transaction lost against another one and should simply be run again. */
export function isLostRace(error: unknown): boolean {
  return lostRaces.has(vendorError(error)?.code ?? '');
}

/** A vendor's error as {@link AppError}; the one place where SQLSTATE is looked at. An AppError stays what it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const vendor = vendorError(error);
  if (vendor === undefined) return error;
  const { code, message, constraint } = vendor;
  if (code === '23505')
    return new AppError('conflict', `already there (${constraint ?? 'unique'})`, {
      reason: constraint ?? 'conflict',
      cause: error,
    });
  if (code === '23503')
    return new AppError('conflict', `refers to something missing (${constraint ?? 'reference'})`, {
      reason: constraint ?? 'conflict',
      cause: error,
    });
  if (code === '22021' || code === '22P05')
    return new AppError('invalid', 'the text has characters that cannot be stored', { cause: error });
  const transient =
    lostRaces.has(code) ||
    isNetworkError(error) ||
    transientStates.some((state) => code.startsWith(state)) ||
    (code === '' && transientMessages.test(message));
  if (transient) return new AppError('unavailable', 'the database cannot be used just now', { cause: error });
  if (/^[0-9A-Z]{5}$/.test(code))
    return new AppError('internal', 'the database refused a statement', { cause: error });
  return error;
}

/** Runs `work`, with vendors' errors translated. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateError(error);
  }
}
