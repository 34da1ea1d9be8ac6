import { AppError } from '@darkroom/kernel';
import { isLostRace, translateError } from './translate-error.ts';

const vendorError = (fields: { code?: string; constraint?: string }, message = 'vendor'): Error =>
  Object.assign(new Error(message), fields);

describe('translateError', () => {
  it.each(['08006', '08P01', '53300', '57P01', '57P03', '57014', '55P03', '25P03', '40001', '40P01'])(
    'calls SQLSTATE %s unavailable',
    (code) => {
      const cause = vendorError({ code });
      expect(translateError(cause)).toMatchObject({ code: 'unavailable', retryable: true, cause });
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND'])('calls %s unavailable', (code) => {
    expect(translateError(vendorError({ code }))).toMatchObject({ code: 'unavailable' });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout expired',
    'Knex: Timeout acquiring a connection. The pool is probably full.',
  ])('calls "%s" unavailable', (message) => {
    expect(translateError(vendorError({}, message))).toMatchObject({ code: 'unavailable' });
  });

  it('names the constraint of a conflict', () => {
    const error = translateError(vendorError({ code: '23505', constraint: 'images_pkey' }));
    expect(error).toMatchObject({ code: 'conflict', reason: 'images_pkey', retryable: false });
    const missing = translateError(vendorError({ code: '23503', constraint: 'images_category_id_fkey' }));
    expect(missing).toMatchObject({ code: 'conflict', reason: 'images_category_id_fkey' });
  });

  it('calls text that cannot be stored invalid, and other refusals internal', () => {
    expect(translateError(vendorError({ code: '22021' }))).toMatchObject({ code: 'invalid' });
    expect(translateError(vendorError({ code: '22P05' }))).toMatchObject({ code: 'invalid' });
    expect(translateError(vendorError({ code: '42601' }))).toMatchObject({ code: 'internal' });
  });

  it('leaves alone what is not a vendor’s error', () => {
    for (const error of [new AppError('aborted', 'x'), new TypeError('x'), 'text', undefined])
      expect(translateError(error)).toBe(error);
  });
});

describe('isLostRace', () => {
  it('is true of deadlocks and serialization failures alone', () => {
    expect([isLostRace(vendorError({ code: '40P01' })), isLostRace(vendorError({ code: '40001' }))]).toEqual([
      true,
      true,
    ]);
    expect([isLostRace(vendorError({ code: '23505' })), isLostRace('40001')]).toEqual([false, false]);
  });
});
