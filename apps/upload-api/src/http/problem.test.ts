import { problemSchema } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import { HttpFault, problemOf } from './problem.ts';

describe('a problem', () => {
  it('has the status of its kind, and its finer code', () => {
    const statuses = {
      invalid: 422,
      unauthenticated: 401,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      unprocessable: 422,
      too_large: 413,
      unavailable: 503,
      aborted: 503,
      internal: 500,
    } as const;
    for (const [code, status] of Object.entries(statuses)) {
      const answer = problemOf(new AppError(code as keyof typeof statuses, 'words'), false);
      expect(answer.status).toBe(status);
      expect(problemSchema.parse(answer.body)).toMatchObject({ status, code });
    }
    const missing = new AppError('conflict', 'words', { reason: 'object_missing' });
    expect(problemOf(missing, false).body).toEqual({
      type: 'urn:darkroom:problem:object_missing',
      title: 'Conflict',
      status: 409,
      detail: 'words',
      code: 'object_missing',
    });
  });

  it('tells nothing of our inside', () => {
    const secrets = [
      new Error('password is hunter2'),
      new AppError('internal', 'hunter2'),
      new AppError('unavailable', 'hunter2', { cause: new Error('hunter2') }),
      'hunter2',
      undefined,
    ];
    for (const error of secrets) expect(JSON.stringify(problemOf(error, true))).not.toContain('hunter2');
  });

  it('says when to try again, how to sign in, and what is allowed', () => {
    expect(problemOf(new AppError('unavailable', ''), false).headers).toEqual({ 'Retry-After': '2' });
    expect(problemOf(new AppError('unauthenticated', ''), false).headers['WWW-Authenticate']).toMatch(
      /^Bearer /,
    );
    const fault = new HttpFault(405, 'method_not_allowed', 'no', { Allow: 'GET' });
    expect(problemOf(fault, false)).toMatchObject({ status: 405, headers: { Allow: 'GET' } });
  });

  it('of an upload call carries what existing clients read', () => {
    const error = new AppError('invalid', 'Not this file.', {
      problems: [{ path: 'file_size', message: 'at most 5 bytes' }],
    });
    expect(problemOf(error, true).body).toMatchObject({
      success: false,
      error: 'Not this file. file_size: at most 5 bytes.',
      errors: [{ path: 'file_size', message: 'at most 5 bytes' }],
    });
    expect(problemOf(error, false).body).not.toHaveProperty('success');
  });
});
