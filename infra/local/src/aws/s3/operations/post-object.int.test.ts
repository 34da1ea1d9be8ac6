import { once } from 'node:events';
import { connect } from 'node:net';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { startEmulatorServer } from '../../conformance/emulator-server.fixture.ts';
import { Target } from '../../conformance/target.fixture.ts';

/** Forms as no well-behaved browser sends them. */
describe('POST object on the wire', () => {
  let target: Target;
  let bucket: string;
  beforeAll(async () => {
    target = new Target(await startEmulatorServer());
  });
  afterAll(() => target.close());
  beforeEach(async () => {
    bucket = await target.newBucket();
  });

  const boundary = 'darkroom-boundary';
  const fieldsOf = async (Key = 'incoming/a'): Promise<Record<string, string>> =>
    (
      await createPresignedPost(target.s3, {
        Bucket: bucket,
        Key,
        Conditions: [['content-length-range', 1, 50_000_000]],
      })
    ).fields;
  const formOf = (fields: Record<string, string>, filename = 'a.png'): string =>
    Object.entries(fields)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join('') +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`;
  const post = (body: string) =>
    target.send({
      method: 'POST',
      path: `/${bucket}`,
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
    });
  const keys = async () =>
    ((await target.s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(
      (one) => one.Key,
    );
  /** Sends the beginning of a form that announces more, and hangs up. */
  const hangUp = async (body: string): Promise<void> => {
    const { hostname, port } = new URL(target.server.s3Endpoint);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const head = `POST /${bucket} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: 9000000\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + body, () => resolve()));
    socket.destroy();
  };

  it('a client that hangs up in the middle of the file leaves no object', async () => {
    await hangUp(formOf(await fieldsOf()) + 'x'.repeat(200_000));
    expect(await keys()).toEqual([]);
  });
  it('a client that hangs up after it was refused does no harm', async () => {
    await hangUp(formOf({ ...(await fieldsOf()), key: 'other' }) + 'x'.repeat(200_000));
    await hangUp('--nonsense');
    expect(await keys()).toEqual([]);
  });
  it('a form whose end is missing is MalformedPOSTRequest and stores nothing', async () => {
    expect(await post(`${formOf(await fieldsOf())}content`)).toMatchObject({
      status: 400,
      code: 'MalformedPOSTRequest',
    });
    expect(await keys()).toEqual([]);
  });
  it('a form without boundary, or without file, is refused', async () => {
    const answer = await target.send({
      method: 'POST',
      path: `/${bucket}`,
      headers: { 'content-type': 'multipart/form-data' },
      body: 'x',
    });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedPOSTRequest']);
    expect(
      await post(
        `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--${boundary}--\r\n`,
      ),
    ).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
  it('the name of the file is UTF-8, and a path before it is dropped', async () => {
    const { fields } = await createPresignedPost(target.s3, {
      Bucket: bucket,
      Key: 'incoming/${filename}',
      Conditions: [['starts-with', '$key', 'incoming/']],
    });
    const answer = await post(`${formOf(fields, 'C:/photos/가족 사진.png')}content\r\n--${boundary}--\r\n`);
    expect([answer.status, await keys()]).toEqual([204, ['incoming/가족 사진.png']]);
  });
  it('more fields than any form needs are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-ignore-${index}`, 'x']));
    const answer = await post(`${formOf({ ...(await fieldsOf()), ...many })}content\r\n--${boundary}--\r\n`);
    expect([answer.status, answer.code]).toEqual([400, 'MaxPostPreDataLengthExceeded']);
  });
  it('a field given twice is refused', async () => {
    const fields = await fieldsOf();
    const answer = await post(
      `${formOf({ key: 'other' })}`.replace(
        /--darkroom-boundary\r\nContent-Disposition: form-data; name="file".*/s,
        '',
      ) + `${formOf(fields)}content\r\n--${boundary}--\r\n`,
    );
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  });
  it('a boundary within the content does not end it, and bytes stay as they are', async () => {
    const content = `before --${boundary} after \r\n--${boundary.slice(0, -1)}\r\n\u0000\u0001`;
    expect((await post(`${formOf(await fieldsOf())}${content}\r\n--${boundary}--\r\n`)).status).toBe(204);
    const head = await target.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/a' }));
    expect(head.ContentLength).toBe(Buffer.byteLength(content));
  });
  it('fifty refused megabytes are read, and answered', async () => {
    const body = `${formOf({ ...(await fieldsOf()), key: 'other' })}${'x'.repeat(50_000_000)}\r\n--${boundary}--\r\n`;
    expect(await post(body)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
  it('a key may hold any character', async () => {
    const answer = await target.sendSigned({ method: 'PUT', path: `/${bucket}/a%00b%01%0D%0A`, body: 'odd' });
    const list = await target.sendSigned({
      method: 'GET',
      path: `/${bucket}`,
      query: { 'list-type': '2', 'encoding-type': 'url' },
    });
    expect([answer.status, list.body.includes('<Key>a%00b%01%0D%0A</Key>')]).toEqual([200, true]);
    expect((await target.sendSigned({ method: 'GET', path: `/${bucket}/a%00b%01%0D%0A` })).body).toBe('odd');
  });
  it('a path that is no UTF-8 is InvalidURI', async () => {
    expect(await target.send({ method: 'GET', path: `/${bucket}/%ff` })).toMatchObject({
      status: 400,
      code: 'InvalidURI',
    });
  });
});
