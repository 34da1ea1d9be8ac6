import { isAppError } from '@darkroom/kernel';
import { parseEvent, recordOfEvent } from './event-record.ts';
import type { DarkroomEvent } from './events.ts';

const imageId = '0191f3a0-7c3e-7d11-9d2b-0a4b6c8d0e1f';
const event: DarkroomEvent = {
  id: '0191f3a0-7c3e-7d11-9d2b-0a4b6c8d0e2a',
  type: 'ImageDeleted',
  time: new Date('2026-11-22T10:00:00.123Z'),
  imageId,
  imageSeq: 7,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: {
    image_id: imageId,
    owner_id: 'ålice',
    category_id: 1,
    permanent: false,
    keys: ['images/사진.webp'],
  },
};
const record = recordOfEvent(event);

describe('events as messages', () => {
  it('are CloudEvents 1.0 in binary mode', () => {
    expect(record.key).toBe(imageId);
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: 'urn:darkroom:images',
      ce_type: 'ImageDeleted',
      ce_time: '2026-11-22T10:00:00.123Z',
      ce_subject: imageId,
      ce_sequence: '7',
      ce_partitionkey: imageId,
      ce_dataschema: 'urn:darkroom:event:ImageDeleted:1',
      'content-type': 'application/json',
      traceparent: event.traceparent,
    });
    expect(JSON.parse(new TextDecoder().decode(record.value))).toEqual(event.data);
  });

  it('come back as they were, with a trace and without', () => {
    expect(parseEvent(record)).toEqual(event);
    expect(parseEvent(recordOfEvent({ ...event, traceparent: null }))).toEqual({
      ...event,
      traceparent: null,
    });
  });

  const withHeader = (name: string, value: string) => ({
    ...record,
    headers: { ...record.headers, [name]: value },
  });
  const withValue = (value: string | Uint8Array) => ({ ...record, value: Buffer.from(value) });
  it.each([
    ['no headers', { ...record, headers: {} }],
    ['another spec version', withHeader('ce_specversion', '0.3')],
    ['an unknown type', withHeader('ce_type', 'ImageEaten')],
    ['a later version of the data', withHeader('ce_dataschema', 'urn:darkroom:event:ImageDeleted:2')],
    ['sequence 0', withHeader('ce_sequence', '0')],
    ['a time that is none', withHeader('ce_time', 'yesterday')],
    ['another content type', withHeader('content-type', 'text/plain')],
    ['a subject that is not of the data', withHeader('ce_subject', event.id)],
    ['an empty value', withValue('')],
    ['half of a value', withValue('{"image_id": ')],
    ['bytes that are not UTF-8', withValue(Uint8Array.of(0xff, 0xfe, 0x00))],
    ['data of another event', withValue(JSON.stringify({ ...event.data, keys: 'none' }))],
  ])('with %s are refused as unparsable', (_, broken) => {
    let caught: unknown;
    try {
      parseEvent(broken);
    } catch (error) {
      caught = error;
    }
    expect(isAppError(caught, 'invalid') && caught.reason).toBe('unparsable');
  });
});
