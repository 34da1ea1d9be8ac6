import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { callerOf, createAuthenticate, type AuthSettings } from './auth.ts';

const secret = 'the present secret of these tests, 32+';
const previous = 'the previous secret of these tests, 32+';
const key = (text: string) => new TextEncoder().encode(text);
const now = () => Math.floor(Date.now() / 1_000);

const base: AuthSettings = {
  secrets: [secret, previous],
  jwksUrl: undefined,
  issuer: undefined,
  audience: undefined,
  rolesClaim: 'roles',
  adminRole: 'admin',
  serviceRole: 'service',
};
const hs = (claims: JWTPayload, by = secret, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(key(by));
const check = (token: string, settings: Partial<AuthSettings> = {}) =>
  createAuthenticate({ ...base, ...settings })(`Bearer ${token}`);
const refusal = { code: 'unauthenticated' };

describe('tokens signed with a secret', () => {
  it('are accepted with the present and with the previous secret, until that is taken away', async () => {
    const claims = { sub: 'alice', exp: now() + 60 };
    const expiresAt = new Date((claims.exp + 5) * 1_000); // with the tolerance for clocks that differ
    const principal = { subject: 'alice', isAdmin: false, isService: false, expiresAt };
    await expect(check(await hs(claims))).resolves.toEqual(principal);
    await expect(check(await hs(claims, previous))).resolves.toEqual(principal);
    const after = check(await hs(claims, previous), { secrets: [secret] });
    await expect(after).rejects.toMatchObject(refusal);
  });

  it('are refused where something about them is wrong', async () => {
    const sub = 'alice';
    const good = await hs({ sub });
    const [header, payload, signature] = good.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'bob' })).toString('base64url');
    const tokens = {
      expired: await hs({ sub, exp: now() - 60 }),
      'not valid yet': await hs({ sub, nbf: now() + 60 }),
      'another secret': await hs({ sub }, 'a secret that nobody here has ever used'),
      'a changed payload': `${header}.${forged}.${signature}`,
      'no signature': `${header}.${payload}.`,
      'alg none': new UnsecuredJWT({ sub }).encode(),
      'alg HS512': await hs({ sub }, secret.repeat(2), 'HS512'),
      'no sub': await hs({ exp: now() + 60 }),
      'an empty sub': await hs({ sub: '' }),
      'a sub that is too long': await hs({ sub: 'x'.repeat(256) }),
      'a sub with NUL': await hs({ sub: 'a\u0000b' }),
      'a sub with half a character': await hs({ sub: 'a\ud800' }),
      'a sub that is a number': await hs({ sub: 7 as unknown as string }),
      'three dots': '...',
      'no JSON': 'e30.x.y',
      'a whole file': 'x'.repeat(20_000),
    };
    for (const [what, token] of Object.entries(tokens)) {
      await expect(check(token).then(() => what)).rejects.toMatchObject(refusal);
    }
    await expect(check(tokens.expired)).rejects.toThrow('expired');
  });

  it('must be in a bearer header', async () => {
    const authenticate = createAuthenticate(base);
    const token = await hs({ sub: 'alice' });
    for (const header of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Basic ${token}`,
      token,
      `Bearer ${token} ${token}`,
    ]) {
      await expect(authenticate(header)).rejects.toMatchObject(refusal);
    }
    await expect(authenticate(`bearer ${token}`)).resolves.toMatchObject({ subject: 'alice' });
  });

  it('must name issuer and audience where these are set', async () => {
    const settings = { issuer: 'https://id.example', audience: 'darkroom' };
    const right = { sub: 'alice', iss: settings.issuer, aud: ['other', 'darkroom'] };
    await expect(check(await hs(right), settings)).resolves.toMatchObject({ subject: 'alice' });
    for (const wrong of [
      { iss: 'https://id.example/' },
      { aud: 'other' },
      { iss: undefined },
      { aud: undefined },
    ]) {
      const claims = JSON.parse(JSON.stringify({ ...right, ...wrong })) as JWTPayload;
      await expect(check(await hs(claims), settings)).rejects.toMatchObject(refusal);
    }
  });

  it('say roles in a list, in words, or deep in an object', async () => {
    const admin = { subject: 'a', isAdmin: true, isService: false };
    await expect(check(await hs({ sub: 'a', roles: ['x', 'admin'] }))).resolves.toEqual(admin);
    await expect(check(await hs({ sub: 'a', scope: 'x admin' }), { rolesClaim: 'scope' })).resolves.toEqual(
      admin,
    );
    const deep = { sub: 'a', realm_access: { roles: ['admin'] } };
    await expect(check(await hs(deep), { rolesClaim: 'realm_access.roles' })).resolves.toEqual(admin);
    for (const roles of ['administrator', { admin: true }, [['admin']], null, 1]) {
      await expect(check(await hs({ sub: 'a', roles }))).resolves.toMatchObject({ isAdmin: false });
    }
  });
});

describe('tokens signed with a key of the JWKS', () => {
  let server: Server;
  let jwksUrl: string;
  let up = true;
  let pair: Awaited<ReturnType<typeof generateKeyPair>>;
  let second: Awaited<ReturnType<typeof generateKeyPair>>;
  let hidden: Awaited<ReturnType<typeof generateKeyPair>>;

  beforeAll(async () => {
    pair = await generateKeyPair('RS256', { extractable: true });
    second = await generateKeyPair('RS256', { extractable: true });
    hidden = await generateKeyPair('ES256');
    const keys = [
      { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' },
      { ...(await exportJWK(second.publicKey)), kid: 'next', alg: 'RS256' },
      { kty: 'oct', kid: 'oct', k: Buffer.from(secret).toString('base64url'), alg: 'HS256' },
    ];
    server = createServer((_request, response) => {
      if (up) response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
      else response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const rs = (claims: JWTPayload, kid = 'one') =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey);

  it('are accepted, beside those with a secret', async () => {
    await expect(check(await rs({ sub: 'alice' }), { jwksUrl })).resolves.toMatchObject({ subject: 'alice' });
    await expect(check(await hs({ sub: 'bob' }), { jwksUrl })).resolves.toMatchObject({ subject: 'bob' });
  });

  it('are accepted where they name no key, and any of several may have signed them', async () => {
    const unnamed = (key: typeof pair.privateKey, claims: JWTPayload = { sub: 'alice' }) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key);
    for (const { privateKey } of [pair, second]) {
      await expect(check(await unnamed(privateKey), { jwksUrl })).resolves.toMatchObject({
        subject: 'alice',
      });
    }
    const stranger = await generateKeyPair('RS256');
    await expect(check(await unnamed(stranger.privateKey), { jwksUrl })).rejects.toMatchObject(refusal);
    const expired = await unnamed(second.privateKey, { sub: 'alice', exp: now() - 60 });
    await expect(check(expired, { jwksUrl })).rejects.toThrow('expired');
  });

  it('never have their public key taken for a secret', async () => {
    const pem = await exportSPKI(pair.publicKey);
    for (const settings of [{ jwksUrl }, { jwksUrl, secrets: [] }]) {
      await expect(check(await hs({ sub: 'alice' }, pem), settings)).rejects.toMatchObject(refusal);
    }
    const octKey = new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg: 'HS256', kid: 'oct' });
    await expect(check(await octKey.sign(key(secret)), { jwksUrl, secrets: [] })).rejects.toMatchObject(
      refusal,
    );
  });

  it('are refused with a key or an id of nobody, expired, and where there is no JWKS', async () => {
    const stranger = new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'ES256', kid: 'one' });
    await expect(check(await stranger.sign(hidden.privateKey), { jwksUrl })).rejects.toMatchObject(refusal);
    await expect(check(await rs({ sub: 'a' }, 'two'), { jwksUrl })).rejects.toMatchObject(refusal);
    await expect(check(await rs({ sub: 'a', exp: now() - 60 }), { jwksUrl })).rejects.toMatchObject(refusal);
    await expect(check(await rs({ sub: 'a' }))).rejects.toMatchObject(refusal);
  });

  it('are neither good nor bad while the keys cannot be fetched', async () => {
    up = false;
    await expect(check(await rs({ sub: 'a' }), { jwksUrl })).rejects.toMatchObject({ code: 'unavailable' });
    const nowhere = { jwksUrl: 'http://127.0.0.1:1/keys' };
    await expect(check(await rs({ sub: 'a' }), nowhere)).rejects.toMatchObject({ code: 'unavailable' });
    up = true;
  });
});

describe('acting for another owner', () => {
  const user = { subject: 'alice', isAdmin: false, isService: false, expiresAt: undefined };
  const service = { ...user, subject: 'shop', isService: true };
  const admin = { ...user, subject: 'root', isAdmin: true };

  it('is for services and admins', () => {
    expect(callerOf(user, undefined)).toEqual({ ownerId: 'alice', scope: 'alice', isAdmin: false });
    expect(callerOf(user, 'alice')).toEqual({ ownerId: 'alice', scope: 'alice', isAdmin: false });
    expect(() => callerOf(user, 'bob')).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(callerOf(service, 'bob')).toEqual({ ownerId: 'bob', scope: 'bob', isAdmin: false });
    expect(callerOf(service, undefined)).toEqual({ ownerId: 'shop', scope: 'shop', isAdmin: false });
    expect(callerOf(admin, undefined)).toEqual({ ownerId: 'root', scope: undefined, isAdmin: true });
    expect(callerOf(admin, 'bob')).toEqual({ ownerId: 'bob', scope: 'bob', isAdmin: true });
  });

  it('takes any owner that a token could name, and no other', () => {
    const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
    expect(callerOf(service, asBytes('김철수')).ownerId).toBe('김철수');
    expect(callerOf(service, "UTF-8''%EA%B9%80%20a%25").ownerId).toBe('김 a%');
    expect(callerOf(service, '100%').ownerId).toBe('100%');
    for (const wrong of ['', 'x'.repeat(256), "UTF-8''%", "UTF-8''%00", '\u00ff\u00fe']) {
      expect(() => callerOf(service, wrong)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
  });
});
