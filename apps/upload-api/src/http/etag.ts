import { createHash } from 'node:crypto';
import type { CategoryBody } from '@darkroom/contracts';
import type { ExpectedVersions, Image } from '@darkroom/domain';

/**
 * An image is answered with URLs that are signed anew each time, for an hour. A copy that 304 lets a client keep must still
 * have URLs that work: so a tag is good for that long at most, and a copy that it confirms has three quarters of an hour left.
 */
const epochMs = 15 * 60_000;

/**
 * The strong ETag (RFC 9110, 8.8.3) of an image as it is answered: its version, then what else the answer depends on: the
 * category within it, and the time in which its URLs were signed. For If-Match the version alone counts.
 */
export function imageTag({ version }: Pick<Image, 'version'>, category: CategoryBody, now: Date): string {
  const rest = JSON.stringify([Math.floor(now.getTime() / epochMs), category]);
  return `"${version}-${createHash('sha256').update(rest).digest('base64url').slice(0, 12)}"`;
}

/**
 * The versions that `If-Match` names (RFC 9110, 13.1.1). `*` is any; a weak tag is none, since the comparison is strong; nor
 * is one that we never gave out.
 */
export function versionsIn(ifMatch: string | undefined): ExpectedVersions {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return [...ifMatch.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) => {
    const version = /^(\d{1,10})-[\w-]{12}$/.exec(tag)?.[1];
    return weak !== undefined || version === undefined ? [] : [Number(version)];
  });
}

/**
 * Whether the tag is among those of `If-None-Match` (RFC 9110, 13.1.2: weak comparison). Express would do this too, but not for
 * a request with `Cache-Control: no-cache`, which browsers add to every one whose script sets the header.
 */
export function isAmong(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([one]) => one === tag);
}
