import type { Deviations } from './suite.fixture.ts';

/** Where ministack 1.5.33 does not do what S3 and SQS do. */
export const ministackDeviations: Deviations = {
  sometimes: {
    'a receiver that hangs up takes no message with it': 'it notices the hang-up too late at times',
  },
  always: {
    'fields behind the file do not count': 'it reads fields wherever they stand',
    'a checksum field is verified and kept': 'it ignores checksums of a form',
    'other bytes than a checksum field names are BadDigest': 'it ignores checksums of a form',
    'a wrong secret is SignatureDoesNotMatch': 'it does not verify signatures in headers',
    'a clock that is off by an hour is RequestTimeTooSkewed': 'it does not verify signatures in headers',
    'a body that is not what x-amz-content-sha256 says is refused':
      'it does not verify signatures in headers',
    'a header added after signing is refused': 'it does not verify signatures in headers',
    'a signature for another path is refused': 'it does not verify signatures in headers',
    'virtual-host style addresses reach the same bucket': 'its virtual hosts have another form',
    'a presigned PUT holds to the SHA-256 that it was signed with': 'it ignores checksums in a presigned URL',
    'a chunk that was changed is SignatureDoesNotMatch': 'it does not verify the signatures of chunks',
    'a bucket policy opens its prefix for reading, and nothing else':
      'it tells anonymous readers which keys do not exist',
    'dots do not lead an anonymous reader out of the open prefix':
      'it tells anonymous readers which keys do not exist',
    'an object without a type is binary/octet-stream': 'it says application/octet-stream',
    'a key of more than 1,024 bytes is KeyTooLongError': 'it has no limit for keys',
    'a copy onto itself that changes nothing is InvalidRequest': 'it takes such a copy',
    'a copy with If-None-Match: * does not overwrite': 'it ignores the condition on a copy',
    'SHA256 is verified, kept and returned': 'its answer to a PUT names no checksum',
    'SHA1 is verified, kept and returned': 'its answer to a PUT names no checksum',
    'CRC32 is verified, kept and returned': 'its answer to a PUT names no checksum',
    'CRC32C is verified, kept and returned': 'its answer to a PUT names no checksum',
    'CRC64NVME is verified, kept and returned': 'its answer to a PUT names no checksum',
    'a copy keeps the checksum': 'its answer to a PUT names no checksum',
    'a part but the last below 5 MiB is EntityTooSmall': 'it accepts small parts',
    'parts out of order are InvalidPartOrder': 'it sorts them',
    'encoding-type url encodes keys and prefixes': 'it writes a space as %20',
    'max-keys that is no number is InvalidArgument': 'it answers 500',
    'a rule without action is refused': 'it does not check lifecycle rules so far',
    'two rules of one ID are InvalidArgument': 'it does not check lifecycle rules so far',
    'a method that S3 does not know is refused in rules': 'it does not check CORS rules',
    'a PUT sends one record of version 2.1': 'it sends version 2.6',
    'overlapping configurations are refused': 'it does not check for overlaps',
    'an event that S3 does not have is refused': 'it does not check events',
    'attributes have their defaults, and are changed and checked': 'it takes unknown attributes',
    'a stale receipt deletes nothing': 'it refuses a stale receipt instead of ignoring it',
    'visibility is given back and extended': 'it has no upper limit for visibility',
    'visibility of a message that is not in flight cannot be changed': 'it takes the change',
    'more than ten messages cannot be asked for, nor a wait above 20 seconds': 'it takes both',
    'purging empties the queue, once a minute': 'it purges as often as asked',
    'a request that declares no payload hash is verified by the hash of its body':
      'it does not verify signatures in headers',
    'a wrong secret is refused': 'it does not verify signatures in headers',
    'a move task brings dead letters back to their source': 'it has no move tasks',
    'a dead-letter queue names its sources': 'it has no ListDeadLetterSourceQueues',
    'a dead-letter queue that does not exist, or does not allow it, is refused':
      'it does not check redrive policies',
  },
};
