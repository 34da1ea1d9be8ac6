import {
  eventBridgeSchema,
  s3NotificationSchema,
  s3TestEventSchema,
  snsEnvelopeSchema,
} from '@darkroom/contracts';

/** An object that the store says was created. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
}

export type Notification =
  | { readonly kind: 'objects'; readonly created: readonly CreatedObject[]; readonly others: number }
  | { readonly kind: 'test' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Reads the body of a queue message: an S3 event notification, S3's test event, either of them wrapped by SNS, or an
 * EventBridge event of S3. Anything else is `unreadable`. Events of other kinds than "created" are counted as `others`.
 */
export function readNotification(body: string, wrapped = false): Notification {
  const json = parseJson(body);
  if (json === undefined) return { kind: 'unreadable', reason: 'not JSON' };

  const records = s3NotificationSchema.safeParse(json);
  if (records.success) {
    const created = records.data.Records.filter(
      ({ eventSource, eventName }) => eventSource.endsWith(':s3') && eventName.startsWith('ObjectCreated:'),
    ).map(({ s3 }) => ({ bucket: s3.bucket.name, key: decodeKey(s3.object.key) }));
    if (created.some(({ key }) => key === undefined))
      return { kind: 'unreadable', reason: 'a key is not URL-encoded' };
    return {
      kind: 'objects',
      created: created as CreatedObject[],
      others: records.data.Records.length - created.length,
    };
  }
  if (s3TestEventSchema.safeParse(json).success) return { kind: 'test' };

  const bridge = eventBridgeSchema.safeParse(json);
  if (bridge.success) {
    if (bridge.data['detail-type'] !== 'Object Created') return { kind: 'objects', created: [], others: 1 };
    const { bucket, object } = bridge.data.detail;
    return { kind: 'objects', created: [{ bucket: bucket.name, key: object.key }], others: 0 };
  }
  const sns = snsEnvelopeSchema.safeParse(json);
  if (sns.success && !wrapped) return readNotification(sns.data.Message, true);
  return { kind: 'unreadable', reason: 'not a notification' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys in S3 notifications are form-encoded: `+` is a space (S3 User Guide, "Event message structure"). */
function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
