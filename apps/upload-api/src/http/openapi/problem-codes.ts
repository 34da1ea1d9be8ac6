import { failureCodes, type FailureCode } from '@darkroom/contracts';

interface ProblemKind {
  readonly status: number;
  readonly means: string;
}

/** Every code that an answer of the API may carry, but those of refused uploads. */
const kinds = {
  malformed_json: { status: 400, means: 'The body is not valid JSON.' },
  malformed_path: { status: 400, means: 'The path is not correctly percent-encoded.' },
  bad_request: { status: 400, means: 'The request could not be read.' },
  unauthenticated: { status: 401, means: 'There is no token, or one that is not valid; `detail` says why.' },
  forbidden: { status: 403, means: 'The caller lacks the role for this.' },
  quota_exceeded: { status: 403, means: 'The owner has no room for this; `detail` says what is left.' },
  not_found: { status: 404, means: 'There is no such thing, or it belongs to somebody else.' },
  category_not_found: { status: 404, means: 'There is no such category, or it takes no uploads.' },
  file_not_available: { status: 404, means: 'The image has no file: it is not completed, or deleted.' },
  variant_not_found: { status: 404, means: 'The image has no variant of this name.' },
  object_missing: {
    status: 409,
    means: 'Nothing has arrived in the store yet. Post the file, then ask again.',
  },
  deleted: { status: 409, means: 'The image is deleted: restore it first.' },
  not_completed: { status: 409, means: 'Only a completed image can do this.' },
  not_restorable: { status: 409, means: 'The time in which the image could be restored has passed.' },
  key_being_removed: { status: 409, means: 'The cleanup is removing an object of the image. Try again.' },
  category_exists: { status: 409, means: 'There is a category of this name already.' },
  too_many_webhooks: { status: 409, means: 'There are as many webhooks as there may be. Remove one first.' },
  too_many_secrets: {
    status: 409,
    means: 'As many earlier secrets are valid as may be; `detail` says until when.',
  },
  conflict: { status: 409, means: 'Somebody else changed the same thing at the same time. Try again.' },
  idempotency_key_spent: {
    status: 409,
    means: 'The upload under this `Idempotency-Key` has failed or was deleted. Make a new key.',
  },
  precondition_failed: { status: 412, means: 'The image has changed since you read it. Read it again.' },
  too_large: { status: 413, means: 'The body is larger than 256 KiB.' },
  unsupported_media_type: { status: 415, means: 'The body is not JSON by its `Content-Type`.' },
  unsupported_charset: { status: 415, means: 'The body is not in UTF-8.' },
  unsupported_encoding: { status: 415, means: 'The body is compressed in a way that is not known here.' },
  invalid: { status: 422, means: 'A value is not possible; `errors` says which.' },
  invalid_body: { status: 422, means: 'Fields of the body are wrong; `errors` lists them.' },
  invalid_query: { status: 422, means: 'Fields of the query are wrong; `errors` lists them.' },
  invalid_owner: { status: 422, means: '`X-Owner` names no possible owner.' },
  invalid_cursor: { status: 422, means: '`cursor` is none that a list gave out.' },
  file_not_allowed: { status: 422, means: 'The category does not take this file; `errors` says why.' },
  invalid_idempotency_key: { status: 422, means: '`Idempotency-Key` is no possible key.' },
  idempotency_key_reused: {
    status: 422,
    means: 'The owner has used this `Idempotency-Key` for another request. Make a new key.',
  },
  unknown_variant: { status: 422, means: 'A variant is named that is not configured.' },
  webhook_url_refused: { status: 422, means: 'Nothing can be sent to this URL; `errors` says why.' },
  rate_limited: { status: 429, means: 'Too many calls; `Retry-After` says when to go on.' },
  too_many_streams: {
    status: 429,
    means: 'The owner has as many streams open as there may be. Close one first.',
  },
  internal: { status: 500, means: 'Something went wrong on our side. It has been logged.' },
  unavailable: { status: 503, means: 'The database, or the keys that verify tokens, cannot be reached.' },
  streams_exhausted: { status: 503, means: 'This process has no room for another stream. Try again.' },
  aborted: { status: 503, means: 'The work was stopped before its end.' },
  storage_unavailable: { status: 503, means: 'The store cannot be reached.' },
  storage_refused: { status: 503, means: 'The store refused us.' },
  inspector_unavailable: { status: 503, means: 'What inspects uploads cannot be reached.' },
} as const satisfies Record<string, ProblemKind>;

const refusals: Readonly<Record<FailureCode, string>> = {
  size_mismatch: 'The file is not as large as was said.',
  type_mismatch: 'The file is of another type than was said.',
  type_not_allowed: 'The category does not take this type.',
  not_an_image: 'The file is no image.',
  too_many_pixels: 'The image has too many pixels.',
  checksum_mismatch: 'The file is not the one whose SHA-256 was given.',
  inspector_refused: 'The configured inspector refused the file.',
  undecodable: 'The image is damaged.',
  upload_expired: 'The file did not arrive in time.',
  object_lost: 'The file is gone from the store.',
};

export type ProblemCode = keyof typeof kinds | FailureCode;

/** Every code but those of refused uploads, in the order of their statuses. */
export const problemCodes = Object.keys(kinds) as readonly (keyof typeof kinds)[];

/** Codes of an upload that was refused. */
export const refusalCodes: readonly FailureCode[] = failureCodes;

export function problemKind(code: ProblemCode): ProblemKind {
  return code in refusals
    ? { status: 422, means: refusals[code as FailureCode] }
    : kinds[code as keyof typeof kinds];
}
