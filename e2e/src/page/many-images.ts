import type { TestStack } from '@darkroom/testing';
import pg from 'pg';

const copies = `
insert into images
select (jsonb_populate_record(i, jsonb_build_object(
  'id', uuidv7(), 'incoming_key', i.incoming_key || '-' || n, 'original_key', i.original_key || '-' || n,
  'title', 'Copy ' || n, 'created_at', i.created_at - n * interval '1 minute'))).*
from images i, generate_series(1, $2::integer) n where i.id = $1`;
const count = `
update image_counters c set count = c.count + $2
from images i where i.id = $1 and (c.owner_id, c.category_id, c.status) = (i.owner_id, i.category_id, i.status)`;

/** Copies an image's row, each copy a minute older than the one before: more than uploads bring in a test's time. */
export async function multiplyImage(stack: TestStack, imageId: string, times: number): Promise<void> {
  const { postgres } = await stack.describe();
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    await client.query(copies, [imageId, times]);
    await client.query(count, [imageId, times]);
  } finally {
    await client.end();
  }
}
