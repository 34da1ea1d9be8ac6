"""What boto3 does with the emulator, step by step; exits non-zero where an answer is not what S3 or SQS gives."""

import hashlib
import io
import json
import os
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024
# boto3 still presigns by version 2 unless told otherwise; S3 refuses that for buckets made since June 2020.
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
sqs = boto3.client("sqs", endpoint_url=os.environ["SQS_ENDPOINT"])
bucket = sys.argv[1]


def check(what, holds):
    if not holds:
        sys.exit(f"boto3: {what}")
    print(f"ok {what}")


def code_of(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]})

small = b"hello darkroom"
s3.put_object(Bucket=bucket, Key="a b/é+.txt", Body=small, ContentType="text/plain", Metadata={"owner": "alice"})
got = s3.get_object(Bucket=bucket, Key="a b/é+.txt")
check("put and get", got["Body"].read() == small and got["ContentType"] == "text/plain" and got["Metadata"] == {"owner": "alice"})

large = os.urandom(12 * MIB)
s3.upload_fileobj(io.BytesIO(large), bucket, "large", Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
back = io.BytesIO()
s3.download_fileobj(bucket, "large", back, Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
check("multipart upload and ranged download", back.getvalue() == large)
check("multipart ETag", s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"'))

s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copy", Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
check("copy in parts", hashlib.md5(s3.get_object(Bucket=bucket, Key="copy")["Body"].read()).digest() == hashlib.md5(large).digest())

keys = [one["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1}) for one in page["Contents"]]
check("list in pages, keys decoded", keys == ["a b/é+.txt", "copy", "large"])
check("list version 1", [one["Key"] for one in s3.list_objects(Bucket=bucket, Prefix="a b/")["Contents"]] == ["a b/é+.txt"])

url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b/é+.txt"}, ExpiresIn=60)
check("presigned GET", urllib.request.urlopen(url).read() == small)
url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "put"}, ExpiresIn=60)
urllib.request.urlopen(urllib.request.Request(url, data=b"put", method="PUT"))
check("presigned PUT", s3.get_object(Bucket=bucket, Key="put")["Body"].read() == b"put")

post = s3.generate_presigned_post(bucket, "posted", Conditions=[["content-length-range", 1, 10]], ExpiresIn=60)
boundary = "darkroom"
form = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in post["fields"].items())
form += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nposted\r\n--{boundary}--\r\n'
request = urllib.request.Request(post["url"], data=form.encode(), headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
check("presigned POST", urllib.request.urlopen(request).status == 204)

check("If-None-Match", code_of(lambda: s3.put_object(Bucket=bucket, Key="put", Body=b"x", IfNoneMatch="*")) == "PreconditionFailed")
check("404 of HEAD", code_of(lambda: s3.head_object(Bucket=bucket, Key="missing")) == "404")
check("404 of GET", code_of(lambda: s3.get_object(Bucket=bucket, Key="missing")) == "NoSuchKey")

queue = sqs.create_queue(QueueName=bucket)["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}]}
sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
s3.put_object(Bucket=bucket, Key="noticed", Body=b"x")
seen = []
while len(seen) < 2:
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=10).get("Messages", [])
    check("a message within ten seconds", len(messages) > 0)
    for message in messages:
        seen.append(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
check("notification", seen[0]["Event"] == "s3:TestEvent" and seen[1]["Records"][0]["s3"]["object"]["key"] == "noticed")

sent = sqs.send_message(QueueUrl=queue, MessageBody="hi", MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})
message = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"][0]
check("message attributes", message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"] and message["MessageAttributes"]["raw"]["BinaryValue"] == b"\x00\xff")
sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
check("visibility given back", "Messages" in sqs.receive_message(QueueUrl=queue))
check("a missing queue", code_of(lambda: sqs.get_queue_url(QueueName="missing")) == "AWS.SimpleQueueService.NonExistentQueue")

wrong = boto3.client("sqs", endpoint_url=os.environ["SQS_ENDPOINT"], aws_secret_access_key="wrong", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])
check("a wrong secret", code_of(lambda: wrong.list_queues()) == "SignatureDoesNotMatch")
