import { AwsError } from '../../core/aws-error.ts';
import { assertTags } from '../attributes.ts';
import { xmlReply, type S3Call, type S3Reply } from '../context.ts';
import { elementsOf, malformedXml, parseXml, renderXml, textOf } from '../xml.ts';
import { findObject } from './get-object.ts';

type Tags = Readonly<Record<string, string>>;

const readTags = async (call: S3Call, max: number): Promise<Tags> => {
  const sets = elementsOf(parseXml(await call.payload.text(), 'Tagging'), 'TagSet');
  if (sets.length !== 1) throw malformedXml();
  const pairs = sets
    .flatMap((set) => elementsOf(set, 'Tag'))
    .map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
  return assertTags(pairs, max);
};

const render = (tags: Tags): S3Reply =>
  xmlReply(
    renderXml('Tagging', { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } }),
  );

export const getObjectTagging = (call: S3Call): S3Reply =>
  render(findObject(call, call.bucket, call.key).tags);

export const putObjectTagging = async (call: S3Call): Promise<S3Reply> => {
  const tags = await readTags(call, 10);
  findObject(call, call.bucket, call.key);
  call.services.objects.setTags(call.bucket, call.key, tags);
  return { status: 200 };
};

export const deleteObjectTagging = (call: S3Call): S3Reply => {
  findObject(call, call.bucket, call.key);
  call.services.objects.setTags(call.bucket, call.key, {});
  return { status: 204 };
};

export const getBucketTagging = (call: S3Call): S3Reply => {
  const tags = call.services.buckets.setting<Tags>(call.bucket, 'tagging');
  if (!tags)
    throw new AwsError('NoSuchTagSet', 404, 'The TagSet does not exist', { BucketName: call.bucket });
  return render(tags);
};

export const putBucketTagging = async (call: S3Call): Promise<S3Reply> => {
  call.services.buckets.putSetting(call.bucket, 'tagging', await readTags(call, 50));
  return { status: 204 };
};
