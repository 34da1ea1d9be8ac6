import { parseConfig } from './config.ts';

describe('config.json', () => {
  it('may leave everything out', () => {
    expect(parseConfig({})).toEqual({ apiBase: '/api', signIn: null });
    expect(parseConfig({ apiBase: 'https://api.example.org/api/', signIn: 'local' })).toEqual({
      apiBase: 'https://api.example.org/api',
      signIn: 'local',
    });
  });

  it('names an OpenID provider', () => {
    const oidc = { authority: 'https://id.example.org', clientId: 'page', params: { audience: 'darkroom' } };
    expect(parseConfig({ signIn: { oidc } }).signIn).toEqual({
      oidc: { ...oidc, scope: 'openid profile offline_access' },
    });
  });

  it.each([{ signIn: 'magic' }, { signIn: {} }, { signIn: { oidc: { authority: 'https://id' } } }])(
    'refuses %j',
    (config) => expect(() => parseConfig(config)).toThrow('signIn.oidc'),
  );
});
