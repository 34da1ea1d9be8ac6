import { searchText } from '@darkroom/domain';
import pg from 'pg';

export interface SeedOptions {
  /** The database: migrated, and best without images. */
  readonly url: string;
  /** How many images there are to be; rows are only added. */
  readonly images: number;
  /** The owner of every second image. The others belong to 5,000 owners. */
  readonly owner: string;
  readonly onProgress?: (done: number) => void;
}

const batch = 50_000;
const smallOwners = 5_000;

/** Each stands in every seventh image or so; `w` and three hexadecimal digits, in one of four thousand. */
const words =
  'sunset harbour mountain portrait wedding studio garden bridge 바다 사진 여행 제주도 京都の桜 東京タワー café crème'.split(
    ' ',
  );
const spelled = words.map((word) =>
  searchText({ title: word, description: '', originalFilename: '' }).trim(),
);
const tags = 'holiday family product press archive raw print web 여행 桜'.split(' ');

const literals = (list: readonly string[]): string => list.map((word) => `'${word}'`).join(', ');

/** SQL of a title and of a description, which every second image has, made of the words in the array `from`. */
const texts = (from: string): readonly [string, string] => {
  const word = (divisor: number) => `${from}[1 + (pick / ${divisor}) % 16]`;
  return [
    `${word(1)} || ' ' || ${word(16)} || ' w' || substr(hash, 1, 3)`,
    `case when n % 2 = 0 then 'taken near ' || ${word(256)} || ' with ' || substr(hash, 5, 4) || ' and '
      || substr(hash, 9, 4) || ', then ' || ${word(4096)} else '' end`,
  ];
};

/** Row `n` of the data is the same in every run. */
const insertImages = `
insert into images (id, owner_id, category_id, status, original_filename, declared_content_type, declared_size,
  incoming_key, original_key, content_type, file_size, width, height, sha256, title, description, alt_text, tags,
  search_text, placeholder, dominant_color, metadata, processing, image_seq, timeline_seq, created_at, updated_at,
  upload_started_at, upload_completed_at)
select id, owner_id, category_id, status, filename, 'image/jpeg', size, 'incoming/' || stem || '.jpg',
  case when status = 'completed' then 'originals/' || stem || '-' || hash || '.jpg' end,
  'image/jpeg', size, 4000, 3000, hash || hash, title, description, '', tags,
  spelled_text || lower(filename) || ' ',
  'HBkSHYSIeHiPiHh8eJd4eTN0EEQG', '#a0b0c0', jsonb_build_object('orientation', 1, 'exif', jsonb_build_object('Make', 'Bench')),
  $4::jsonb, 3, 6, created_at, created_at, created_at, created_at
from (
  select *, category_id || '/' || owner_id || '/' || to_char(created_at, 'YYYY/MM/DD') || '/' || id as stem
  from (
    select n,
      (lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8'
        || substr(hash, 4, 15))::uuid as id,
      case when n % 2 = 0 then $3::text else 'owner-' || (n % ${smallOwners}) end as owner_id,
      1 as category_id,
      case when n % 50 = 7 then 'failed' when n % 50 = 9 then 'deleted' else 'completed' end as status,
      case when n % 3 = 0 then 'IMG_' || lpad(n::text, 7, '0') || '.jpg' else 'DSC' || lpad(n::text, 7, '0') || '.jpeg' end
        as filename,
      100000 + n % 900000 as size,
      hash,
      ${texts('words')[0]} as title,
      ${texts('words')[1]} as description,
      ' ' || ${texts('spelled')[0]} || ' ' || ${texts('spelled')[1]} || ' ' as spelled_text,
      case when n % 4 = 0 then array[tags[1 + pick % 10], 't' || substr(hash, 13, 3)] else '{}' end as tags,
      created_at
    from (
      select n, md5(n::text) as hash, ('x' || substr(md5(n::text), 20, 6))::bit(24)::integer as pick,
        array[${literals(words)}] as words, array[${literals(spelled)}] as spelled, array[${literals(tags)}] as tags,
        timestamptz '2024-01-01' + n * interval '61 seconds' as created_at
      from generate_series($1::integer, $2::integer) as n
    ) as drawn
  ) as described
) as placed`;

const insertVariants = `
insert into image_variants (image_id, name, position, key, width, height, size, content_type)
select id, name, ord, 'images/1/' || id || '_' || name || '-0a1b2c3d.webp', 150, 113, 5000, 'image/webp'
from images, unnest(array['thumbnail', 'large']) with ordinality as v (name, ord)
where status = 'completed' and not exists (select from image_variants where image_id = images.id)`;

const countAgain = `
truncate image_counters;
insert into image_counters (owner_id, category_id, status, count, bytes)
select owner_id, category_id, status, count(*), sum(file_size) from images group by 1, 2, 3`;

const ready = { state: 'ready', attempts: 1, error: null, lease: null, requestedSeq: 1 };

/**
 * Fills the database by `INSERT … SELECT`, far faster than through the API: two to four minutes for a million. The
 * search index is built at the end.
 */
export async function seedImages({ url, images, owner, onProgress }: SeedOptions): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
    const { rows } = await client.query<{ indexdef: string }>(
      `select indexdef from pg_indexes where indexname = 'images_find_idx'`,
    );
    await client.query('drop index images_find_idx');
    const processing = JSON.stringify({ variants: ready, metadata: ready });
    for (let first = 1; first <= images; first += batch) {
      const last = Math.min(images, first + batch - 1);
      await client.query(insertImages, [first, last, owner, processing]);
      onProgress?.(last);
    }
    await client.query(insertVariants);
    await client.query(rows[0]?.indexdef ?? '');
    await client.query(countAgain);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
