import { z } from 'zod';
import { loadConfig, setting } from './config.ts';

const schema = z.object({
  PORT: setting.port(),
  SECRET: z.string().min(32),
  ROLES: setting.list().default(['api']),
});

describe('loadConfig', () => {
  it('reads numbers, lists and defaults from text', () => {
    expect(loadConfig(schema, { PORT: '80', SECRET: 'x'.repeat(32), ROLES: '' })).toEqual({
      PORT: 80,
      SECRET: 'x'.repeat(32),
      ROLES: ['api'],
    });
  });

  it('reports all problems at once, by variable, and never a value', () => {
    const load = () => loadConfig(schema, { PORT: 'many', SECRET: 'hunter2' });
    expect(load).toThrow(/PORT: .*\n {2}SECRET: /);
    expect(load).not.toThrow(/hunter2/);
    expect(() => loadConfig(schema, {})).toThrow(/SECRET: is not set/);
  });
});
