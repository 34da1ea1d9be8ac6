import { connect } from 'node:net';
import { errorName, isNetworkError } from './network-errors.ts';

it('knows a refused connection, also deep within other errors', async () => {
  const error = await new Promise((resolve) => connect(1, '127.0.0.1').once('error', resolve));
  expect(isNetworkError(error)).toBe(true);
  expect(isNetworkError(new Error('outer', { cause: new AggregateError([error]) }))).toBe(true);
});

it.each([new TypeError('a bug'), Object.assign(new Error('x'), { code: 'ENOENT' }), null, 'ECONNREFUSED'])(
  'takes %p for something else',
  (error) => {
    expect(isNetworkError(error)).toBe(false);
  },
);

it('ends with errors that cause each other', () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  expect(isNetworkError(error)).toBe(false);
});

it('names whatever was thrown', () => {
  expect([new TypeError('x'), { name: 'Odd' }, 'text', undefined].map(errorName)).toEqual([
    'TypeError',
    'Odd',
    'unknown',
    'unknown',
  ]);
});
