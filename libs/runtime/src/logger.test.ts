import { createLogger } from './logger.ts';

describe('createLogger', () => {
  it('lets no signature, token, password or file name out', () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line) => lines.push(line) },
    });
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';
    logger.info(
      { err: new Error(`GET https://s3/x?X-Amz-Signature=abcdef&X-Amz-Date=1 failed`) },
      `Bearer ${token}`,
    );
    logger.info({
      url: 'postgres://darkroom:hunter2@db/darkroom',
      filename: 'holiday.jpg',
      webhook: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      stream: '/api/events?ticket=pZ5pV0c1o2nN7wqk&last_event_id=7',
      image: { token },
    });
    const text = lines.join('');
    for (const secret of ['abcdef', token, 'hunter2', 'holiday.jpg', 'C2FVsBQI', 'pZ5pV0c1'])
      expect(text).not.toContain(secret);
    expect(text).toContain('X-Amz-Date=1');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(2);
  });
});
