import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';

export interface FormPost {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly path: string;
  readonly contentType: string;
  readonly signal: AbortSignal;
  /** Bytes of the file handed to the connection so far, and in all. */
  readonly onProgress: (sent: number, total: number) => void;
}

/**
 * Posts a form with a file, streamed from disk (`fetch` tells no progress, and S3 wants a Content-Length). The file is
 * the last field, as S3 demands.
 */
export async function postForm({ url, fields, path, contentType, signal, onProgress }: FormPost) {
  const boundary = `darkroom-${randomUUID()}`;
  const { size } = await stat(path);
  const head = Buffer.from(
    [
      ...Object.entries(fields).map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n`,
      `Content-Type: ${contentType}\r\n\r\n`,
    ].join(''),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = send(url, {
    method: 'POST',
    signal,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + size + tail.length,
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(sent, size);
      done(null, chunk);
    },
  });
  request.write(head);
  const writing = (async () => {
    await pipeline(createReadStream(path), counted, request, { end: false });
    request.end(tail);
  })();
  const [response] = await Promise.all([answered, ignoringRefusedBody(writing, answered)]);
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** A server may answer before it has read everything; then its answer counts, not the write that it cut off. */
async function ignoringRefusedBody(
  writing: Promise<void>,
  answered: Promise<IncomingMessage>,
): Promise<void> {
  try {
    await writing;
  } catch (error) {
    await answered.catch(() => {
      throw error;
    });
  }
}
