import { loadConfig } from '@darkroom/runtime';
import { configSchema } from './config.ts';

const env = {
  DATABASE_URL: 'postgres://u:p@localhost/d',
  S3_BUCKET: 'bucket',
  SQS_QUEUE_URL: 'http://localhost/q',
  SQS_DEAD_LETTER_QUEUE_URL: 'http://localhost/d',
  AUTH_JWT_SECRET: 'x'.repeat(32),
};
const load = (change: Record<string, string | undefined> = {}) =>
  loadConfig(configSchema, { ...env, ...change });

describe('settings', () => {
  it('need little, and do everything by default', () => {
    expect(load()).toMatchObject({
      ROLES: ['api', 'relay', 'publisher', 'webhooks'],
      HTTP_PORT: 8080,
      LOCAL_SIGN_IN: false,
    });
    expect(load({ ROLES: 'relay', AUTH_JWT_SECRET: undefined }).ROLES).toEqual(['relay']);
  });

  it('name an OpenID provider for the page, whole or not at all, and beside no sign-in by name alone', () => {
    const oidc = { PAGE_OIDC_AUTHORITY: 'https://id.example.org', PAGE_OIDC_CLIENT_ID: 'page' };
    expect(load(oidc)).toMatchObject({ ...oidc, PAGE_OIDC_SCOPE: 'openid profile offline_access' });
    expect(load({ PAGE_CONNECT_ORIGINS: 'https://tokens.example.org/x' }).PAGE_CONNECT_ORIGINS).toEqual([
      'https://tokens.example.org',
    ]);
    expect(() => load({ PAGE_OIDC_AUTHORITY: oidc.PAGE_OIDC_AUTHORITY })).toThrow('PAGE_OIDC_CLIENT_ID');
    expect(() => load({ PAGE_OIDC_CLIENT_ID: 'page' })).toThrow('PAGE_OIDC_AUTHORITY');
    expect(() => load({ ...oidc, LOCAL_SIGN_IN: 'true' })).toThrow('LOCAL_SIGN_IN');
  });

  it('are refused by name, with all problems at once', () => {
    const wrong = {
      AUTH_JWT_SECRET: 'short',
      ROLES: 'api,cook',
      CORS_ORIGINS: '*',
      S3_BUCKET: '',
      WEBHOOK_ALLOW_PRIVATE: 'all',
    };
    let message = '';
    try {
      load(wrong);
    } catch (error) {
      message = String(error);
    }
    for (const name of Object.keys(wrong)) expect(message).toContain(name);
  });

  it('need a way to verify tokens, and a secret to sign in locally', () => {
    const keys = { AUTH_JWKS_URL: 'https://id.example/keys', AUTH_JWT_SECRET: undefined };
    expect(() => load({ AUTH_JWT_SECRET: undefined })).toThrow('AUTH_JWKS_URL');
    expect(load(keys).AUTH_JWKS_URL).toBe(keys.AUTH_JWKS_URL);
    expect(() => load({ ...keys, LOCAL_SIGN_IN: 'true' })).toThrow('LOCAL_SIGN_IN');
    expect(() => load({ ...keys, AUTH_JWT_SECRET_PREVIOUS: 'x'.repeat(32) })).toThrow('AUTH_JWT_SECRET');
  });

  it('let no policy outlive temporary credentials', () => {
    const days = { UPLOAD_EXPIRY_MS: String(2 * 86_400_000) };
    const session = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };
    expect(load(days).UPLOAD_EXPIRY_MS).toBe(2 * 86_400_000);
    expect(load(session).UPLOAD_EXPIRY_MS).toBe(900_000);
    expect(() => load({ ...days, ...session })).toThrow(/UPLOAD_EXPIRY_MS.*AWS_SESSION_TOKEN/);
  });

  it('need brokers where events travel by Kafka, and whole S3 credentials', () => {
    expect(() => load({ EVENT_BUS: 'kafka' })).toThrow('KAFKA_BROKERS');
    expect(() => load({ AWS_ACCESS_KEY_ID: 'k' })).toThrow('AWS_SECRET_ACCESS_KEY');
  });
});
