import { Command, InvalidArgumentError } from 'commander';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';

const schema = z.object({
  AUTH_JWT_SECRET: z.string().min(32, 'at least 32 characters; start the local stack once, and it makes one'),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_ROLES_CLAIM: z.string().default('roles'),
  AUTH_ADMIN_ROLE: z.string().default('admin'),
  AUTH_SERVICE_ROLE: z.string().default('service'),
});

interface TokenOptions {
  readonly admin: boolean;
  readonly service: boolean;
  readonly expires: string;
}

/** `darkroom token alice`: a JWT signed with AUTH_JWT_SECRET, on standard output. */
export function tokenCommand(context: CliContext): Command {
  return new Command('token')
    .description('Print a token (JWT, HS256) that the API accepts')
    .argument('<user>', 'whose images it opens: the `sub` claim', subject)
    .option('--admin', 'with the admin role', false)
    .option('--service', 'with the service role, which may act for others by X-Owner', false)
    .option('--expires <time>', 'how long it is good for, such as 15m, 12h or 7d', '12h')
    .action(async (user: string, options: TokenOptions) => {
      const settings = context.settings(schema);
      const roles = [
        ...(options.admin ? [settings.AUTH_ADMIN_ROLE] : []),
        ...(options.service ? [settings.AUTH_SERVICE_ROLE] : []),
      ];
      const token = new SignJWT(rolesAt(settings.AUTH_ROLES_CLAIM, roles))
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(user)
        .setIssuedAt()
        .setExpirationTime(options.expires);
      if (settings.AUTH_ISSUER !== undefined) token.setIssuer(settings.AUTH_ISSUER);
      if (settings.AUTH_AUDIENCE !== undefined) token.setAudience(settings.AUTH_AUDIENCE);
      console.log(await token.sign(new TextEncoder().encode(settings.AUTH_JWT_SECRET)));
    });
}

function subject(text: string): string {
  if (text === '' || text.length > 255) throw new InvalidArgumentError('1 to 255 characters');
  return text;
}

/** The claim may be a path such as `realm_access.roles`. */
function rolesAt(path: string, roles: readonly string[]): Record<string, unknown> {
  const names = path.split('.');
  const claim = names.reduceRight<unknown>((value, name) => ({ [name]: value }), roles);
  return roles.length === 0 ? {} : (claim as Record<string, unknown>);
}
