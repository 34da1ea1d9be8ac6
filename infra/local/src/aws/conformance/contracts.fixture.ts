import { accessContract } from './access.contract.fixture.ts';
import { batchesContract } from './batches.contract.fixture.ts';
import { bucketsContract } from './buckets.contract.fixture.ts';
import { copiesContract } from './copies.contract.fixture.ts';
import { listsContract } from './lists.contract.fixture.ts';
import { multipartContract } from './multipart.contract.fixture.ts';
import { notificationsContract } from './notifications.contract.fixture.ts';
import { objectsContract } from './objects.contract.fixture.ts';
import { postPolicyContract } from './post-policy.contract.fixture.ts';
import { queuesContract } from './queues.contract.fixture.ts';
import { signaturesContract } from './signatures.contract.fixture.ts';
import type { Suite } from './suite.fixture.ts';

/** All that is asked of S3 and SQS here. */
export const contracts: readonly ((suite: Suite) => void)[] = [
  postPolicyContract,
  signaturesContract,
  accessContract,
  objectsContract,
  copiesContract,
  multipartContract,
  listsContract,
  bucketsContract,
  notificationsContract,
  queuesContract,
  batchesContract,
];
