import { AppError } from '@darkroom/kernel';
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';

export interface AuthSettings {
  /** HS256 secrets: the present one, and the previous one while they are rotated. */
  readonly secrets: readonly string[];
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly rolesClaim: string;
  readonly adminRole: string;
  readonly serviceRole: string;
}

/** Who calls, by a valid token. */
export interface Principal {
  /** The token's `sub`. */
  readonly subject: string;
  readonly isAdmin: boolean;
  readonly isService: boolean;
  /** When the token expires; undefined: never. */
  readonly expiresAt: Date | undefined;
}

/** For whom a call is made. */
export interface Caller {
  /** Who owns what this call makes. */
  readonly ownerId: string;
  /** Whose images this call reaches; undefined: everybody's, for an admin who names nobody. */
  readonly scope: string | undefined;
  readonly isAdmin: boolean;
  /** When what lets them call ends; undefined: never. */
  readonly expiresAt: Date | undefined;
}

/** Throws `unauthenticated` with the reason in a sentence, and `unavailable` where the keys cannot be fetched. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const clockToleranceSeconds = 5;
/** A longer one would be no token, only work. */
const maxTokenLength = 16_384;

/**
 * Verifies bearer tokens (RFC 6750, RFC 8725). The algorithm decides which keys may be used, never both: HS256 the
 * secrets, asymmetric ones the JWKS. So a public key can never serve as a secret.
 */
export function createAuthenticate(settings: AuthSettings): Authenticate {
  const { issuer, audience, jwksUrl } = settings;
  const secrets = settings.secrets.map((secret) => new TextEncoder().encode(secret));
  const jwks =
    jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl), { [customFetch]: fetchKeys });
  const checks = {
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };

  const verify = async (token: string): Promise<JWTPayload> => {
    const alg = algorithmOf(token);
    if (alg === 'HS256' && secrets.length > 0) {
      return verifyWithSecrets(token, secrets, { ...checks, algorithms: ['HS256'] });
    }
    if (jwks !== undefined && asymmetric.includes(alg)) {
      return verifyWithKeys(token, jwks, { ...checks, algorithms: asymmetric });
    }
    throw refused('The token is signed with an algorithm that is not accepted here.');
  };

  return async (authorization) => {
    try {
      return principalOf(await verify(tokenOf(authorization)), settings);
    } catch (error) {
      throw translate(error);
    }
  };
}

/** A second secret is tried only where the signature was not made with the first. */
async function verifyWithSecrets(
  token: string,
  secrets: readonly Uint8Array[],
  checks: JWTVerifyOptions,
): Promise<JWTPayload> {
  let last: unknown;
  for (const secret of secrets) {
    try {
      return (await jwtVerify(token, secret, checks)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Where a token names no key and several are of its kind, each is tried. */
async function verifyWithKeys(
  token: string,
  keys: JWTVerifyGetKey,
  checks: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, checks)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, checks)).payload;
      } catch (refusal) {
        if (!(refusal instanceof errors.JWSSignatureVerificationFailed)) throw refusal;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) throw refused('Sign in: send "Authorization: Bearer <token>".');
  const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > maxTokenLength) {
    throw refused('The Authorization header must be "Bearer" and a token.');
  }
  return token;
}

function principalOf(payload: JWTPayload, settings: AuthSettings): Principal {
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || !isOwnerId(sub)) {
    throw refused('The token\'s "sub" must have 1 to 255 characters.');
  }
  const roles = rolesIn(payload, settings.rolesClaim);
  return {
    subject: sub,
    isAdmin: roles.includes(settings.adminRole),
    isService: roles.includes(settings.serviceRole),
    expiresAt: exp === undefined ? undefined : dateOf(exp + clockToleranceSeconds),
  };
}

/** The last day that there is, for one that lies beyond. */
const dateOf = (seconds: number): Date => new Date(Math.min(seconds * 1_000, 8.64e15));

/** Any characters, but NUL and halves of surrogate pairs, which no database can tell apart. */
export function isOwnerId(text: string): boolean {
  return text !== '' && text.length <= 255 && !text.includes('\u0000') && text.isWellFormed();
}

/** A list, or words in one string (as OAuth scopes); under the claim's name, or along its dots. */
function rolesIn(payload: JWTPayload, claim: string): readonly unknown[] {
  const along = claim
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      payload,
    );
  const value = Object.hasOwn(payload, claim) ? payload[claim] : along;
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value : [];
}

/**
 * For whom this call is made: the caller, or the owner named in `X-Owner` where the caller may act for others. An owner
 * with other than Latin letters is written `UTF-8''…`, percent-encoded (RFC 8187). Throws `forbidden` and `invalid`.
 */
export function callerOf(principal: Principal, xOwner: string | undefined): Caller {
  const { subject, isAdmin, isService, expiresAt } = principal;
  if (xOwner === undefined) {
    return { ownerId: subject, scope: isAdmin ? undefined : subject, isAdmin, expiresAt };
  }
  const ownerId = decodeOwner(xOwner);
  if (!isAdmin && !isService && ownerId !== subject) {
    throw new AppError('forbidden', 'Only a service or an admin may act for another owner (X-Owner).');
  }
  return { ownerId, scope: ownerId, isAdmin, expiresAt };
}

function decodeOwner(header: string): string {
  const encoded = /^utf-8''(.+)$/i.exec(header)?.[1];
  try {
    // Node gives header bytes as Latin-1; clients that send more send UTF-8
    const owner =
      encoded === undefined
        ? new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
        : decodeURIComponent(encoded);
    if (isOwnerId(owner)) return owner;
  } catch {
    // Not UTF-8, or not percent-encoded: as wrong as an owner of no characters
  }
  throw new AppError('invalid', 'X-Owner must name an owner in 1 to 255 characters.', {
    reason: 'invalid_owner',
  });
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', message, cause === undefined ? {} : { cause });
}

/** What jose throws, as a sentence that helps the one who has the token and tells nothing of ours. */
function translate(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) return refused('The token has expired: sign in again.', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refused(`The token's "${error.claim}" is missing or not accepted here.`, error);
  }
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid)
    return keysUnavailable(error);
  if (error instanceof errors.JOSEError) return refused('The token is not valid.', error);
  return error;
}

function keysUnavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'the keys that verify tokens cannot be fetched', { cause });
}

/** Keys that cannot be had say nothing about the token. */
const fetchKeys: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options).catch((error: unknown) => {
    throw keysUnavailable(error);
  });
  if (response.status !== 200) throw keysUnavailable(new Error(`they answer ${response.status}`));
  return response;
};

function algorithmOf(token: string): string {
  try {
    return decodeProtectedHeader(token).alg ?? '';
  } catch (error) {
    throw refused('The token is not valid.', error);
  }
}
